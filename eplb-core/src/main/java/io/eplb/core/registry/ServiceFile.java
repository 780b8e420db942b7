package io.eplb.core.registry;

import io.eplb.api.EplbPolicy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The file in which a jar names the policies that it provides. */
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
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(file.openStream(), StandardCharsets.UTF_8))) {
      return reader.lines().map(ServiceFile::name).filter(name -> !name.isEmpty()).findFirst();
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  private static String name(String line) {
    int comment = line.indexOf(COMMENT);
    return (comment < 0 ? line : line.substring(0, comment)).strip();
  }
}
