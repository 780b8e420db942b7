package io.eplb.core.registry;

import io.eplb.api.InvalidInputException;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A folder of policy jars, for {@link PolicyRegistry#open} to search. Every file in it whose name
 * ends in {@code .jar} is one; folders within it are not searched.
 *
 * @param path where it is
 * @param givenBy what named the folder, such as {@code --policy-path}; messages begin with it
 */
public record PolicyFolder(Path path, String givenBy) {
  /** The environment variable that lists folders, separated as the platform's paths are. */
  public static final String ENVIRONMENT_VARIABLE = "EPLB_POLICY_PATH";

  private static final String JAR = ".jar";

  /**
   * Creates a folder, which is not looked at yet.
   *
   * @throws InvalidInputException if the path is empty
   */
  public PolicyFolder {
    if (path.toString().isBlank()) {
      throw new InvalidInputException(givenBy + " is empty; name a folder of policy jars");
    }
  }

  /**
   * Reads a list of folders, separated by {@link File#pathSeparator}. Empty entries are passed
   * over.
   *
   * @param paths the list; null, as of a variable that is not set, is an empty one
   * @throws InvalidInputException if an entry cannot be a path
   */
  public static List<PolicyFolder> listed(@Nullable String paths, String givenBy) {
    List<PolicyFolder> folders = new ArrayList<>();
    if (paths == null) {
      return folders;
    }
    int from = 0;
    while (from <= paths.length()) {
      int end = paths.indexOf(File.pathSeparatorChar, from);
      String entry = paths.substring(from, end < 0 ? paths.length() : end);
      if (!entry.isBlank()) {
        folders.add(new PolicyFolder(parse(entry, givenBy), givenBy));
      }
      from = end < 0 ? paths.length() + 1 : end + 1;
    }
    return folders;
  }

  private static Path parse(String entry, String givenBy) {
    try {
      return Path.of(entry);
    } catch (InvalidPathException malformed) {
      throw new InvalidInputException(
          givenBy + ": '" + entry + "' is not a path: " + malformed.getReason());
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
    List<Path> jars = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(path.toAbsolutePath())) {
      for (Path file : files) {
        if (file.toString().toLowerCase(Locale.ROOT).endsWith(JAR)) {
          jars.add(file);
        }
      }
    } catch (IOException | DirectoryIteratorException unreadable) {
      throw unusable("cannot be read; its permissions have to allow listing it");
    }
    jars.sort(null);
    return jars;
  }

  private static String reason(IOException failed) {
    String reason = failed instanceof FileSystemException detailed ? detailed.getReason() : null;
    return reason == null ? "" : " (" + reason + ")";
  }

  private InvalidInputException unusable(String what) {
    return new InvalidInputException(
        givenBy + ": " + path + " " + what + "; name a folder of policy jars");
  }
}
