package io.eplb.server.listen;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Objects;

/** The certificates and keys beside this class; README.md there says how they were made. */
public final class PemFiles {
  private PemFiles() {}

  public static Path file(String name) {
    URL resource = Objects.requireNonNull(PemFiles.class.getResource(name), name);
    try {
      return Path.of(resource.toURI());
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
