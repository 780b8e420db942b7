package io.eplb.core.registry;

import io.eplb.core.foreign.FailureReason;
import io.eplb.core.foreign.ForeignFailure;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Collection;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/**
 * The service files of a class loader, each a source of its own, so that a failure names its jar.
 */
final class ClassPathSources {
  private ClassPathSources() {}

  /** Searches the sources one after the other; failures to read one are noted in the scan. */
  static void search(ClassLoader loader, PolicyScan scan) {
    for (URL serviceFile : serviceFiles(loader, scan)) {
      String location = Locations.ofServiceFile(serviceFile);
      String fault = ApiVersion.fault(manifestBeside(serviceFile));
      if (fault == null) {
        scan.run(PolicySource.of(location, new OneServiceFile(loader, serviceFile)));
      } else {
        scan.failed(location, fault);
      }
    }
  }

  private static @Nullable Manifest manifestBeside(URL serviceFile) {
    String manifest = serviceFile.toExternalForm().replace(ServiceFile.NAME, JarFile.MANIFEST_NAME);
    try (InputStream in = UncachedUrls.of(new URL(manifest)).openStream()) {
      return new Manifest(in);
    } catch (IOException none) {
      // Folders of classes usually have none.
      return null;
    }
  }

  private static Collection<URL> serviceFiles(ClassLoader loader, PolicyScan scan) {
    // Keyed by text: comparing URLs themselves would look up host names.
    Map<String, URL> files = new LinkedHashMap<>();
    try {
      for (URL file : Collections.list(loader.getResources(ServiceFile.NAME))) {
        files.putIfAbsent(file.toExternalForm(), file);
      }
    } catch (Throwable thrown) {
      ForeignFailure.rethrowIfFatal(thrown);
      scan.failed("class path", "cannot be searched: " + FailureReason.of(thrown));
    }
    return files.values();
  }

  /** A class loader like its parent that sees a single service file. */
  private static final class OneServiceFile extends ClassLoader {
    private final URL serviceFile;

    OneServiceFile(ClassLoader parent, URL serviceFile) {
      super(parent);
      this.serviceFile = serviceFile;
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
      return name.equals(ServiceFile.NAME)
          ? Collections.enumeration(List.of(serviceFile))
          : super.getResources(name);
    }
  }
}
