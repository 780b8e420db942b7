package io.eplb.core.format;

import com.google.common.primitives.Bytes;
import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.OneLine;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An input named by the user: a file, or the standard input for {@code -}. It is opened at the
 * first read, and only for reading. Used by one thread.
 */
public final class InputSource {
  /** The most bytes that a pipe may deliver. */
  private static final int LONGEST_PIPE = 1 << 30;

  private final String name;
  private final @Nullable Path path;
  private final @Nullable String fragment;
  private final @Nullable InputStream stream;
  private byte @Nullable [] held;

  private InputSource(
      String name, @Nullable Path path, @Nullable String fragment, @Nullable InputStream stream) {
    this.name = name;
    this.path = path;
    this.fragment = fragment;
    this.stream = stream;
  }

  /** A reader of an open input. */
  @FunctionalInterface
  public interface Reading<T> {
    /** Reads; the stream is closed by the caller. */
    T from(InputStream input) throws IOException;
  }

  /**
   * Returns the input that a command line names.
   *
   * @param pathOrDash a path; {@code -} for the standard input; {@code archive.npz#array}, or
   *     {@code -#array}, for an array of an archive, unless a file of exactly that name exists
   * @param standardInput the stream for {@code -}
   * @throws InvalidInputException if it is empty or cannot be a path
   */
  public static InputSource of(String pathOrDash, InputStream standardInput) {
    if (pathOrDash.equals("-")) {
      return ofStream("standard input", standardInput);
    }
    if (pathOrDash.startsWith("-#")) {
      return new InputSource("standard input", null, pathOrDash.substring(2), standardInput);
    }
    Path path = path(pathOrDash);
    int hash = pathOrDash.lastIndexOf('#');
    if (hash > 0
        && pathOrDash.substring(0, hash).toLowerCase(Locale.ROOT).endsWith(".npz")
        && Files.notExists(path)) {
      return new InputSource(
          OneLine.of(pathOrDash),
          path(pathOrDash.substring(0, hash)),
          pathOrDash.substring(hash + 1),
          null);
    }
    return new InputSource(OneLine.of(pathOrDash), path, null, null);
  }

  /** Returns the input of a file. */
  public static InputSource of(Path path) {
    return new InputSource(OneLine.of(path.toString()), path, null, null);
  }

  /** Returns the input of bytes in memory, such as a part of a file; they are not copied. */
  public static InputSource of(String name, byte[] bytes) {
    InputSource source = ofStream(name, InputStream.nullInputStream());
    source.held = bytes.length == 0 ? null : bytes;
    return source;
  }

  /** Returns the input of an open stream; it is read once and left open. */
  public static InputSource ofStream(String name, InputStream stream) {
    return new InputSource(OneLine.of(name), null, null, stream);
  }

  static Path path(String text) {
    if (text.isBlank()) {
      throw new InvalidInputException("the name of a file is blank; give a path, or -");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException exception) {
      throw new InvalidInputException(
          OneLine.quote(text) + " is not a path: " + OneLine.of(exception.getReason()), exception);
    }
  }

  /** Returns the name to show in messages. */
  public String name() {
    return name;
  }

  /** Returns the file; empty for the standard input. */
  public Optional<Path> path() {
    return Optional.ofNullable(path);
  }

  /** Returns the name of an array in an archive, if one was given. */
  public Optional<String> fragment() {
    return Optional.ofNullable(fragment);
  }

  /** Returns the extension in lower case and without its dot; empty if there is none. */
  public String extension() {
    if (path == null || path.getFileName() == null) {
      return "";
    }
    String file = path.getFileName().toString();
    int dot = file.lastIndexOf('.');
    return dot < 0 ? "" : file.substring(dot + 1).toLowerCase(Locale.ROOT);
  }

  /** Returns whether this is a folder. */
  public boolean isFolder() {
    return path != null && Files.isDirectory(path);
  }

  /**
   * Returns the files of this folder by their names, in the order of these.
   *
   * @param names a pattern such as {@code *.pt}
   * @throws InvalidInputException if the folder cannot be listed, or what has such a name is no
   *     regular file: a folder, a pipe that would be waited for, or a link to nothing
   */
  public SortedMap<String, InputSource> files(String names) {
    SortedMap<String, InputSource> files = new TreeMap<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path().orElseThrow(), names)) {
      for (Path entry : entries) {
        String file = entry.getFileName().toString();
        if (!Files.isRegularFile(entry)) {
          throw fault(
              "has %s, which is no regular file; copy it into one".formatted(OneLine.of(file)));
        }
        files.put(file, of(entry));
      }
    } catch (IOException exception) {
      throw unreadable(exception);
    } catch (DirectoryIteratorException exception) {
      throw unreadable(Objects.requireNonNull(exception.getCause()));
    }
    return files;
  }

  /**
   * Returns the number of bytes, 1 or more.
   *
   * @throws InvalidInputException if it cannot be read, is a folder or is empty
   */
  public long size() {
    return size(LONGEST_PIPE);
  }

  private long size(int longestPipe) {
    if (held == null && path != null) {
      BasicFileAttributes attributes = attributes(path);
      if (attributes.isRegularFile() && attributes.size() > 0) {
        return attributes.size();
      }
    }
    return held(longestPipe).length;
  }

  private BasicFileAttributes attributes(Path file) {
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(file, BasicFileAttributes.class);
    } catch (IOException exception) {
      throw unreadable(exception);
    }
    if (attributes.isDirectory()) {
      throw fault("is a folder; expected a file");
    }
    return attributes;
  }

  /** Reads an input without a size, such as a pipe or a file of the kernel, into memory. */
  private byte[] held(int longest) {
    byte[] bytes = held;
    if (bytes == null) {
      try {
        bytes = stream != null ? drain(stream, longest) : drainFile(longest);
      } catch (IOException exception) {
        throw unreadable(exception);
      }
      if (bytes.length == 0) {
        throw fault("is empty; expected data");
      }
      held = bytes;
    }
    return bytes;
  }

  private byte[] drainFile(int longest) throws IOException {
    try (InputStream input = newStream()) {
      return drain(input, longest);
    }
  }

  private byte[] drain(InputStream input, int longest) throws IOException {
    try {
      byte[] bytes = input.readNBytes(longest + 1);
      if (bytes.length > longest) {
        throw fault(
            "delivers more than %s bytes%s"
                .formatted(
                    longest,
                    longest == LONGEST_PIPE ? "; give a file instead" : ", the most supported"));
      }
      return bytes;
    } catch (OutOfMemoryError error) {
      throw tooLarge(error);
    }
  }

  private InputStream newStream() throws IOException {
    if (path == null) {
      throw new NoSuchFileException(name);
    }
    return Files.newInputStream(path);
  }

  /**
   * Opens the input, reads from it and closes it. It may be called again.
   *
   * @throws InvalidInputException if it cannot be read, is a folder or is empty
   */
  public <T> T read(Reading<T> reading) {
    size();
    byte[] bytes = held;
    try (InputStream input = bytes != null ? new ByteArrayInputStream(bytes) : newStream()) {
      return reading.from(input);
    } catch (IOException exception) {
      throw unreadable(exception);
    }
  }

  /**
   * Returns all bytes, which stay in memory; the caller may not change them.
   *
   * @throws InvalidInputException if it cannot be read, is a folder, is empty or is too large
   */
  public byte[] bytes() {
    return bytes(LONGEST_PIPE);
  }

  /**
   * Returns all bytes if there are not too many, as {@link #bytes()}.
   *
   * @param most the most bytes supported
   */
  public byte[] bytes(int most) {
    long size = size(most);
    if (size > most) {
      throw fault("has " + size + " bytes; at most " + most + " are supported");
    }
    byte[] bytes = held;
    try {
      // Not more, should another program write on.
      bytes = bytes != null ? bytes : read(input -> input.readNBytes((int) size));
      held = bytes;
      return bytes;
    } catch (OutOfMemoryError error) {
      throw tooLarge(error);
    }
  }

  /** A reader of a file. */
  @FunctionalInterface
  public interface FileReading<T> {
    /** Reads the file, which may be gone afterwards. */
    T from(Path file) throws IOException;
  }

  /**
   * Reads the data as a file, for formats whose directory is at the end. A pipe is copied into a
   * temporary file first.
   *
   * @param suffix of the temporary file, such as {@code .npz}
   * @throws InvalidInputException if it cannot be read, is a folder, is empty or is too large
   * @throws IOException if the reading fails
   */
  public <T> T asFile(String suffix, FileReading<T> reading) throws IOException {
    if (path != null && Files.isRegularFile(path)) {
      return reading.from(path);
    }
    Path copy = Files.createTempFile("eplb-", suffix);
    try {
      Files.write(copy, bytes());
      return reading.from(copy);
    } finally {
      Files.delete(copy);
    }
  }

  /**
   * Returns the kind of data, judged by the first bytes.
   *
   * @throws InvalidInputException if it cannot be read, is a folder or is empty
   */
  public Content content() {
    return Content.of(read(input -> input.readNBytes(Content.ENOUGH)));
  }

  /**
   * Returns whether a text of ASCII characters occurs anywhere.
   *
   * @throws InvalidInputException if it cannot be read, is a folder, is empty or is too large
   */
  public boolean mentions(String text) {
    return Bytes.indexOf(bytes(), text.getBytes(StandardCharsets.US_ASCII)) >= 0;
  }

  /**
   * Returns whether all bytes together are a text in UTF-8.
   *
   * @throws InvalidInputException if it cannot be read, is a folder, is empty or is too large
   */
  public boolean isUtf8() {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes()));
      return true;
    } catch (CharacterCodingException otherwise) {
      return false;
    }
  }

  /** Returns an error that starts with this input's name. */
  public InvalidInputException fault(String what) {
    return new InvalidInputException(name + ": " + what);
  }

  /** Returns an error that starts with this input's name, with the exception that led to it. */
  public InvalidInputException fault(String what, Throwable cause) {
    return new InvalidInputException(name + ": " + what, cause);
  }

  /** Returns the error for content that does not fit on the heap. */
  public InvalidInputException tooLarge(OutOfMemoryError error) {
    return fault("does not fit into Java's memory; give it more with -Xmx", error);
  }

  /**
   * Creates a value from the data; if the value refuses them, its message gets this input's name,
   * unless it has it.
   */
  public <T> T naming(Supplier<T> value) {
    try {
      return value.get();
    } catch (InvalidInputException exception) {
      String message = String.valueOf(exception.getMessage());
      throw message.startsWith(name + ": ") ? exception : fault(message, exception);
    }
  }

  /** Returns the error for an input that the system cannot read. */
  public InvalidInputException unreadable(IOException exception) {
    return fault("cannot be read: " + FileFailure.reason(exception), exception);
  }

  @Override
  public String toString() {
    return name;
  }
}
