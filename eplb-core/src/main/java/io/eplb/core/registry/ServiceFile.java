package io.eplb.core.registry;

import com.google.common.io.Resources;
import io.eplb.api.EplbPolicy;
import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The file of a jar that names the policies in it. */
final class ServiceFile {
  static final String NAME = "META-INF/services/" + EplbPolicy.class.getName();
  private static final char COMMENT = '#';

  private ServiceFile() {}

  /** Returns the first class that a jar's service file names. */
  static Optional<String> firstName(PolicyJarLoader jar) {
    URL file = jar.findResource(NAME);
    if (file == null) {
      return Optional.empty();
    }
    try {
      return Resources.readLines(file, StandardCharsets.UTF_8).stream()
          .map(ServiceFile::name)
          .filter(name -> !name.isEmpty())
          .findFirst();
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  private static String name(String line) {
    int comment = line.indexOf(COMMENT);
    return (comment < 0 ? line : line.substring(0, comment)).strip();
  }
}
