package io.eplb.core.config;

import io.eplb.api.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * The checks of paths of expert maps. They never open a file, so it stays byte for byte as it was.
 */
final class MapPath {
  private MapPath() {}

  /** Checks a map to read: an existing, regular, readable file. */
  static void requireReadable(String text) {
    Path path = jsonPath(text);
    if (!Files.exists(path)) {
      throw new InvalidInputException("there is no file " + text + "; name an existing map");
    }
    if (!Files.isRegularFile(path)) {
      throw new InvalidInputException(text + " is not a regular file; name an existing map");
    }
    if (!Files.isReadable(path)) {
      throw new InvalidInputException(text + " is not readable; change its permissions");
    }
  }

  /** Checks a map to record: it need not exist, but its folder must, and be writable. */
  static void requireRecordable(String text) {
    Path path = jsonPath(text);
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw new InvalidInputException(text + " is not a regular file; name a file to record to");
    }
    Path folder = path.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new InvalidInputException("there is no folder " + folder + "; create it first");
    }
    if (!Files.isWritable(folder)) {
      throw new InvalidInputException("the folder " + folder + " is not writable");
    }
  }

  private static Path jsonPath(String text) {
    if (text.isBlank()) {
      throw new InvalidInputException("the path is blank; name a .json file, or null for none");
    }
    if (!text.endsWith(".json")) {
      throw new InvalidInputException(
          "'" + text + "' does not end in .json; name a .json file, or null for none");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException malformed) {
      throw new InvalidInputException("the path is malformed: " + malformed.getReason(), malformed);
    }
  }
}
