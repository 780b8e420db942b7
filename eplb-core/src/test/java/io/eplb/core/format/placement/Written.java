package io.eplb.core.format.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The output of a format for a table. */
final class Written {
  private Written() {}

  static byte[] bytes(PlacementFormat format, ExpertTable table) {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    try {
      format.write(table, output);
    } catch (IOException exception) {
      throw new UncheckedIOException(exception);
    }
    return output.toByteArray();
  }

  static String text(PlacementFormat format, ExpertTable table) {
    return new String(bytes(format, table), StandardCharsets.UTF_8);
  }

  /** Asserts that a format refuses a table before it writes anything, and returns why. */
  static String refusal(PlacementFormat format, ExpertTable table) {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    InvalidInputException exception =
        assertThrows(InvalidInputException.class, () -> format.write(table, output));
    assertEquals(0, output.size());
    return String.valueOf(exception.getMessage());
  }
}
