package io.eplb.core.registry;

import com.google.common.base.Splitter;
import com.google.common.base.Strings;
import io.eplb.api.InvalidInputException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder of policy jars for {@link PolicyRegistry#open}. Every file in it whose name ends in
 * {@code .jar} is a policy jar; folders within it are not searched.
 *
 * @param path its path
 * @param givenBy the source of the path, such as {@code --policy-path}; messages begin with it
 */
public record PolicyFolder(Path path, String givenBy) {
  /** The environment variable that lists folders, separated by {@link File#pathSeparator}. */
  public static final String ENVIRONMENT_VARIABLE = "EPLB_POLICY_PATH";

  private static final String JAR = ".jar";

  /**
   * Creates a folder without reading it.
   *
   * @throws InvalidInputException if the path is empty
   */
  public PolicyFolder {
    if (path.toString().isBlank()) {
      throw new InvalidInputException(givenBy + " is empty; name a folder of policy jars");
    }
  }

  /**
   * Reads a list of folders, separated by {@link File#pathSeparator}. Empty entries are skipped.
   *
   * @param paths the list; null, as of a variable that is not set, counts as empty
   * @throws InvalidInputException if an entry cannot be a path
   */
  public static List<PolicyFolder> listed(@Nullable String paths, String givenBy) {
    return Splitter.on(File.pathSeparatorChar)
        .splitToStream(Strings.nullToEmpty(paths))
        .filter(entry -> !entry.isBlank())
        .map(entry -> new PolicyFolder(parse(entry, givenBy), givenBy))
        .toList();
  }

  private static Path parse(String entry, String givenBy) {
    try {
      return Path.of(entry);
    } catch (InvalidPathException malformed) {
      throw new InvalidInputException(
          "%s: '%s' is not a path: %s".formatted(givenBy, entry, malformed.getReason()));
    }
  }

  /**
   * Returns the jars by name.
   *
   * @throws InvalidInputException if there is no such folder or it cannot be read
   */
  List<Path> jars() {
    Path real;
    try {
      real = path.toRealPath();
    } catch (NoSuchFileException absent) {
      throw unusable("does not exist");
    } catch (IOException unreadable) {
      throw unusable("cannot be reached" + reason(unreadable));
    }
    if (!Files.isDirectory(real)) {
      throw unusable("is not a folder");
    }
    try (Stream<Path> files = Files.list(path.toAbsolutePath())) {
      return files
          .filter(file -> file.toString().toLowerCase(Locale.ROOT).endsWith(JAR))
          .sorted()
          .toList();
    } catch (IOException | UncheckedIOException unreadable) {
      throw unusable("cannot be read; its permissions have to allow listing it");
    }
  }

  private static String reason(IOException failed) {
    String reason = failed instanceof FileSystemException detailed ? detailed.getReason() : null;
    return reason == null ? "" : " (" + reason + ")";
  }

  private InvalidInputException unusable(String what) {
    return new InvalidInputException(
        "%s: %s %s; name a folder of policy jars".formatted(givenBy, path, what));
  }
}
