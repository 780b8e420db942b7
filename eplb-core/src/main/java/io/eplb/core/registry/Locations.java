package io.eplb.core.registry;

import java.net.URI;
import java.net.URL;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;
import java.util.jar.Attributes;

/** The path of the jar or folder of a class, and the version of a class. */
final class Locations {
  static final String UNKNOWN_VERSION = "unknown";

  private Locations() {}

  /** Returns the jar or folder that holds a service file. */
  static String ofServiceFile(URL file) {
    String text = file.toExternalForm();
    if (!text.endsWith(ServiceFile.NAME)) {
      return text;
    }
    String holder = text.substring(0, text.length() - ServiceFile.NAME.length());
    if (holder.startsWith("jar:") && holder.endsWith("!/")) {
      holder = holder.substring("jar:".length(), holder.length() - "!/".length());
    }
    return path(holder);
  }

  /** Returns the jar or folder of a class; {@code otherwise} if it is unknown. */
  static String ofClass(Class<?> type, String otherwise) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    URL location = source == null ? null : source.getLocation();
    return location == null ? otherwise : path(location.toExternalForm());
  }

  private static String path(String uri) {
    try {
      return Path.of(URI.create(uri)).toString();
    } catch (IllegalArgumentException | FileSystemNotFoundException notAFile) {
      return uri;
    }
  }

  /**
   * Returns the version that a class's module or the manifest of its jar ({@link
   * Attributes.Name#IMPLEMENTATION_VERSION}) states; {@value #UNKNOWN_VERSION} if neither does.
   */
  static String versionOf(Class<?> type) {
    Module module = type.getModule();
    Optional<String> version =
        module.isNamed()
            ? module.getDescriptor().rawVersion()
            : Optional.ofNullable(type.getPackage().getImplementationVersion());
    return version.filter(text -> !text.isBlank()).orElse(UNKNOWN_VERSION);
  }
}
