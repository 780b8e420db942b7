package io.eplb.core.registry;

import io.eplb.api.EplbPolicy;
import io.eplb.core.contract.Containment;
import io.eplb.core.contract.FailureReason;
import java.io.IOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Splits a class loader into one source per service file, so that what fails is known by its jar.
 */
final class ClassPathSources {
  private static final String SERVICE_FILE = "META-INF/services/" + EplbPolicy.class.getName();

  private ClassPathSources() {}

  /** Returns the sources; what cannot be read is added to the failures. */
  static List<PolicySource> of(ClassLoader loader, List<LoadFailure> failures) {
    List<PolicySource> sources = new ArrayList<>();
    for (URL serviceFile : serviceFiles(loader, failures)) {
      sources.add(
          PolicySource.of(
              Locations.ofServiceFile(serviceFile, SERVICE_FILE),
              new OneServiceFile(loader, serviceFile)));
    }
    return sources;
  }

  private static Collection<URL> serviceFiles(ClassLoader loader, List<LoadFailure> failures) {
    // Keyed by text: comparing URLs themselves would look up host names.
    Map<String, URL> files = new LinkedHashMap<>();
    try {
      for (URL file : Collections.list(loader.getResources(SERVICE_FILE))) {
        files.putIfAbsent(file.toExternalForm(), file);
      }
    } catch (Throwable thrown) {
      Containment.rethrowIfFatal(thrown);
      failures.add(
          new LoadFailure("class path", null, "cannot be searched: " + FailureReason.of(thrown)));
    }
    return files.values();
  }

  /** Its parent, but for seeing a single service file. */
  private static final class OneServiceFile extends ClassLoader {
    private final URL serviceFile;

    OneServiceFile(ClassLoader parent, URL serviceFile) {
      super(parent);
      this.serviceFile = serviceFile;
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
      return name.equals(SERVICE_FILE)
          ? Collections.enumeration(List.of(serviceFile))
          : super.getResources(name);
    }
  }
}
