package io.eplb.core.registry;

import io.eplb.api.EplbPolicy;
import io.eplb.api.wording.OneLine;
import io.eplb.core.foreign.FailureReason;
import io.eplb.core.foreign.ForeignFailure;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.InvalidModuleDescriptorException;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/** The examination of a file of a policy folder before any class of it is loaded. */
final class JarInspection {
  /** The greatest size of a manifest or a service file; to read millions of lines takes long. */
  private static final int MOST_BYTES = 1 << 20;

  private JarInspection() {}

  /** Returns the reason in one line if a file cannot be a policy jar, else null. */
  static @Nullable String fault(Path file) {
    if (file.toUri().toString().contains("!/")) {
      return "a folder in its path has a name that ends in '!', where Java takes the path of a jar to end; rename the folder";
    }
    String fault = fileFault(file);
    if (fault != null) {
      return fault;
    }
    try (JarFile jar =
        new JarFile(file.toFile(), false, ZipFile.OPEN_READ, JarFile.runtimeVersion())) {
      return jarFault(jar);
    } catch (ZipException damaged) {
      return "it is not a jar, or a damaged one: " + words(damaged);
    } catch (Throwable thrown) {
      ForeignFailure.rethrowIfFatal(thrown);
      return "it cannot be read: " + FailureReason.of(thrown);
    }
  }

  private static @Nullable String fileFault(Path file) {
    try {
      return kindFault(file.toRealPath());
    } catch (NoSuchFileException dangling) {
      return "it is a symbolic link to a file that does not exist";
    } catch (IOException unreachable) {
      return Files.isSymbolicLink(file)
          ? "it is a symbolic link that leads in circles or where it may not be followed"
          : "it cannot be reached: " + words(unreachable);
    }
  }

  private static @Nullable String kindFault(Path file) {
    if (Files.isDirectory(file)) {
      return "it is a folder, not a jar";
    }
    // Opening a pipe would wait for its other end.
    if (!Files.isRegularFile(file)) {
      return "it is not a regular file";
    }
    return Files.isReadable(file) ? null : "it cannot be read; its permissions forbid that";
  }

  private static @Nullable String jarFault(JarFile jar) {
    for (String name : List.of(JarFile.MANIFEST_NAME, ServiceFile.NAME)) {
      ZipEntry entry = jar.getEntry(name);
      if (entry != null && entry.getSize() > MOST_BYTES) {
        return "its %s has %d bytes; at most %d are read"
            .formatted(name, entry.getSize(), MOST_BYTES);
      }
    }
    Manifest manifest;
    try {
      manifest = jar.getManifest();
    } catch (IOException malformed) {
      return "its manifest is malformed: " + words(malformed);
    }
    String versionFault = ApiVersion.fault(manifest);
    if (versionFault != null) {
      return versionFault;
    }
    if (jar.getEntry(ServiceFile.NAME) != null) {
      return null;
    }
    String unread = ", and what its module provides is not looked at in a policy folder";
    return "there is no policy inside: it has no %s%s"
        .formatted(ServiceFile.NAME, moduleProvides(jar) ? unread : "");
  }

  private static boolean moduleProvides(JarFile jar) {
    ZipEntry entry = jar.getEntry("module-info.class");
    if (entry == null) {
      return false;
    }
    try (InputStream in = jar.getInputStream(entry)) {
      return ModuleDescriptor.read(in).provides().stream()
          .anyMatch(provided -> provided.service().equals(EplbPolicy.class.getName()));
    } catch (IOException | InvalidModuleDescriptorException malformed) {
      return false;
    }
  }

  /** Returns the JDK's words without the line of code, which is not the jar's. */
  private static String words(IOException failed) {
    return OneLine.brief(String.valueOf(failed.getMessage()));
  }
}
