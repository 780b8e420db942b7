package io.eplb.core.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.eplb.api.Blame;
import io.eplb.api.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * Asserts that a reader refuses a file with exactly one message, on one line, that starts with the
 * file's name, and leaves the file as it was.
 */
public final class Refusal {
  private Refusal() {}

  /** Names a file of the test's own; the standard input is empty. */
  public static InputSource file(Path file) {
    return InputSource.of(file.toString(), InputStream.nullInputStream());
  }

  /** Writes a file and asserts what its reader says after its name. */
  public static void of(Path file, byte[] content, Function<InputSource, ?> reader, String expected)
      throws IOException {
    Files.write(file, content);
    of(file, reader, expected);
    assertArrayEquals(content, Files.readAllBytes(file), "the input was changed");
  }

  /** Writes a text file and asserts what its reader says after its name. */
  public static void of(Path file, String content, Function<InputSource, ?> reader, String expected)
      throws IOException {
    of(file, content.getBytes(StandardCharsets.UTF_8), reader, expected);
  }

  /** Asserts what the reader of an existing file says after its name. */
  public static void of(Path file, Function<InputSource, ?> reader, String expected) {
    InvalidInputException exception =
        assertThrows(InvalidInputException.class, () -> reader.apply(file(file)));
    assertEquals(Blame.USER, exception.blame());
    String message = String.valueOf(exception.getMessage());
    assertEquals(file + ": " + expected, message);
    assertEquals(1, message.lines().count(), message);
  }
}
