package io.eplb.core.config;

import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.OneLine;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
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
      throw new InvalidInputException(
          "there is no file " + OneLine.brief(text) + "; name an existing map");
    }
    if (!Files.isRegularFile(path)) {
      throw new InvalidInputException(
          OneLine.brief(text) + " is not a regular file; name an existing map");
    }
    if (!Files.isReadable(path)) {
      throw new InvalidInputException(
          OneLine.brief(text) + " is not readable; change its permissions");
    }
  }

  /**
   * Checks a map to record. Neither the file nor its folder need exist, as with vLLM-Ascend; the
   * nearest folder that exists must be writable.
   */
  static void requireRecordable(String text) {
    Path path = jsonPath(text);
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw new InvalidInputException(
          OneLine.brief(text) + " is not a regular file; name a file to record to");
    }
    Path folder = path.toAbsolutePath().getParent();
    while (folder != null && !Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      folder = folder.getParent();
    }
    if (folder == null || !Files.isDirectory(folder)) {
      throw new InvalidInputException(
          OneLine.brief(String.valueOf(folder))
              + " is no folder; name a file in a folder that exists or can be created");
    }
    if (!Files.isWritable(folder)) {
      throw new InvalidInputException(
          "the folder " + OneLine.brief(folder.toString()) + " is not writable");
    }
  }

  private static Path jsonPath(String text) {
    if (text.isBlank()) {
      throw new InvalidInputException("the path is blank; name a .json file, or null for none");
    }
    if (!text.endsWith(".json")) {
      throw new InvalidInputException(
          "'"
              + OneLine.brief(text)
              + "' does not end in .json; name a .json file, or null for none");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException malformed) {
      throw new InvalidInputException("the path is malformed: " + malformed.getReason(), malformed);
    }
  }
}
