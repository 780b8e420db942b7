package io.eplb.core.format;

import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.OneLine;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An output named by the user: a file that appears whole or not at all, or the standard output for
 * {@code -}. An output that is certain to fail is refused when it is named, before any work is
 * done. Used by one thread.
 */
public final class OutputTarget {
  private final String name;
  private final boolean force;

  /** The file itself, links followed; null for the standard output. */
  private final @Nullable Path file;

  private final @Nullable OutputStream stream;

  private OutputTarget(
      String name, boolean force, @Nullable Path file, @Nullable OutputStream stream) {
    this.name = name;
    this.force = force;
    this.file = file;
    this.stream = stream;
  }

  /** A writer to an open output. */
  @FunctionalInterface
  public interface Writing {
    /** Writes; the stream is buffered, and flushed and closed by the caller. */
    void to(OutputStream output) throws IOException;
  }

  /**
   * Returns the output that a command line names.
   *
   * @param pathOrDash a path; {@code -} for the standard output
   * @param standardOutput the stream for {@code -}; flushed, never closed
   * @param force whether an existing file may be replaced
   * @param inputs the inputs of this output, none of which may be replaced
   * @throws InvalidInputException if it exists and {@code force} is not given, is a folder, is one
   *     of the inputs or in one, or its folder is missing or cannot be written to
   */
  public static OutputTarget of(
      String pathOrDash,
      OutputStream standardOutput,
      boolean force,
      Collection<InputSource> inputs) {
    if (pathOrDash.equals("-")) {
      return new OutputTarget("standard output", force, null, standardOutput);
    }
    Path path = InputSource.path(pathOrDash);
    String name = OneLine.of(pathOrDash);
    if (Files.isDirectory(path) || pathOrDash.endsWith("/")) {
      throw new InvalidInputException(name + ": is a folder; expected a file to write");
    }
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      path = existing(path, name, force, inputs);
    }
    Path parent = path.toAbsolutePath().getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      throw new InvalidInputException(
          name + ": cannot be written: its folder does not exist; create it first");
    }
    if (!Files.isWritable(parent) && !device(path)) {
      throw new InvalidInputException(
          name + ": cannot be written: its folder does not permit new files");
    }
    return new OutputTarget(name, force, path, null);
  }

  private static Path existing(
      Path path, String name, boolean force, Collection<InputSource> inputs) {
    for (InputSource input : inputs) {
      if (input.path().isPresent() && same(path, input.path().get())) {
        throw new InvalidInputException(
            name + ": is the input " + input.name() + "; write to another file");
      }
      if (input.isFolder() && inside(path, input.path().get())) {
        throw new InvalidInputException(
            name + ": is in the input " + input.name() + "; write to another folder");
      }
    }
    if (!force) {
      throw new InvalidInputException(name + ": exists already; --force replaces it");
    }
    if (!Files.isSymbolicLink(path)) {
      return path;
    }
    try {
      return device(path) ? path : path.toRealPath();
    } catch (IOException exception) {
      throw new InvalidInputException(
          name + ": is a symbolic link to nowhere; remove it first", exception);
    }
  }

  private static boolean inside(Path output, Path folder) {
    try {
      return Files.exists(output) && output.toRealPath().startsWith(folder.toRealPath());
    } catch (IOException vanished) {
      return false;
    }
  }

  private static boolean same(Path output, Path input) {
    try {
      return Files.exists(output) && Files.exists(input) && Files.isSameFile(output, input);
    } catch (IOException vanished) {
      return false;
    }
  }

  /** Returns whether this is a device or a pipe, which a file must not replace. */
  private static boolean device(Path path) {
    return Files.exists(path) && !Files.isRegularFile(path);
  }

  /**
   * Checks that this is not the same output as another.
   *
   * @throws InvalidInputException if one would replace the other
   */
  public void requireOther(OutputTarget other) {
    Path one = file;
    Path two = other.file;
    if (one == null ? two == null : two != null && place(one).equals(place(two))) {
      throw new InvalidInputException(name + ": is named for two outputs; write to another file");
    }
  }

  /**
   * Checks that the name of the file ends as its readers need it. The standard output, a pipe and a
   * device may have any name.
   *
   * @param endings the right ones, the usual one first
   * @param content the kind of the file, for the message: {@code a sglang map}
   * @throws InvalidInputException if the name has another ending
   */
  public void requireEnding(List<String> endings, String content) {
    if (file != null && !device(file) && endings.stream().noneMatch(name::endsWith)) {
      int slash = name.lastIndexOf('/');
      int dot = name.lastIndexOf('.');
      throw new InvalidInputException(
          "%s: %s needs a name that ends in %s, such as %s"
              .formatted(
                  name,
                  content,
                  String.join(" or ", endings),
                  (dot > slash + 1 ? name.substring(0, dot) : name) + endings.get(0)));
    }
  }

  private static Path place(Path file) {
    Path path = file.toAbsolutePath().normalize();
    try {
      Path parent = path.getParent();
      return parent == null ? path : parent.toRealPath().resolve(path.getFileName());
    } catch (IOException vanished) {
      return path;
    }
  }

  /** Returns the name to show in messages. */
  public String name() {
    return name;
  }

  /** Returns whether this is the standard output. */
  public boolean isStandardOutput() {
    return stream != null;
  }

  /**
   * Writes the whole output. A file is written beside its final place, forced to the disk and then
   * renamed; if anything goes wrong, no part of it remains and the old file stays. A temporary file
   * of a killed process is removed with the next output in its folder.
   *
   * @throws InvalidInputException if it cannot be written; other exceptions of {@code writing} pass
   *     through
   */
  public void write(Writing writing) {
    try {
      if (stream != null) {
        flow(writing, stream);
      } else if (file != null && device(file)) {
        try (OutputStream output = Files.newOutputStream(file, StandardOpenOption.WRITE)) {
          flow(writing, output);
        }
      } else if (file != null) {
        try (UnfinishedFile unfinished = UnfinishedFile.beside(file.toAbsolutePath())) {
          flow(writing, unfinished.content());
          unfinished.complete(force);
        }
      }
    } catch (FileAlreadyExistsException exception) {
      throw new InvalidInputException(name + ": exists already; --force replaces it", exception);
    } catch (IOException exception) {
      throw new InvalidInputException(
          name + ": cannot be written: " + FileFailure.reason(exception), exception);
    }
  }

  private static void flow(Writing writing, OutputStream output) throws IOException {
    BufferedOutputStream buffered = new BufferedOutputStream(output);
    writing.to(buffered);
    buffered.flush();
    if (output instanceof PrintStream print && print.checkError()) {
      throw new IOException("the output was closed");
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
