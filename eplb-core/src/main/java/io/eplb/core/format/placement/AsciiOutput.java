package io.eplb.core.format.placement;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes the few kinds of text that placements consist of; buffered by the stream beneath. */
final class AsciiOutput {
  private final OutputStream output;
  private final StringBuilder line = new StringBuilder();

  AsciiOutput(OutputStream output) {
    this.output = output;
  }

  AsciiOutput text(String text) {
    line.append(text);
    return this;
  }

  AsciiOutput number(int number) {
    line.append(number);
    return this;
  }

  /** Appends {@code [a, b, c]} for the elements {@code [from, to)}. */
  AsciiOutput array(int[] elements, int from, int to) {
    line.append('[');
    for (int i = from; i < to; i++) {
      if (i > from) {
        line.append(", ");
      }
      line.append(elements[i]);
    }
    line.append(']');
    return this;
  }

  /** Ends the line and hands it to the stream. */
  void endLine() throws IOException {
    line.append('\n');
    output.write(line.toString().getBytes(StandardCharsets.US_ASCII));
    line.setLength(0);
  }
}
