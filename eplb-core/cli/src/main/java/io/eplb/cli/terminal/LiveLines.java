package io.eplb.cli.terminal;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lines on a terminal, each drawing over the last. Any other output to the terminal goes through
 * {@link #beside}, which removes them first; the next drawing puts them below it.
 *
 * <p>After a drawing the cursor stands at the start of the first line. From there one command
 * erases all of them, whatever width the terminal has got meanwhile and however it broke the lines
 * anew, so the width need not be known. A line that is longer than the terminal is cut, since the
 * terminal breaks no lines while they are drawn.
 *
 * <p>Safe for use by several threads.
 */
public final class LiveLines {
  private static final String ERASE = "\r\033[J";
  private static final String BREAK_NO_LINES = "\033[?7l";
  private static final String BREAK_LINES = "\033[?7h";

  private final @Nullable OutputStream terminal;
  private boolean drawn;
  private boolean closed;

  /** True if other output ended in the middle of a line, which a drawing would overwrite. */
  private boolean lineOpen;

  private LiveLines(@Nullable OutputStream terminal) {
    this.terminal = terminal;
  }

  /** Returns lines on a terminal. */
  public static LiveLines on(OutputStream terminal) {
    return new LiveLines(terminal);
  }

  /** Returns lines that nobody sees. */
  public static LiveLines hidden() {
    return new LiveLines(null);
  }

  /** Returns whether anybody sees the lines. */
  public boolean shown() {
    return terminal != null;
  }

  /** Draws the lines over the last ones. */
  public synchronized void draw(List<String> lines) {
    if (closed || lineOpen || lines.isEmpty()) {
      return;
    }
    String up = lines.size() == 1 ? "" : "\033[" + (lines.size() - 1) + "A";
    write(
        (drawn ? ERASE : "") + BREAK_NO_LINES + String.join("\n", lines) + up + "\r" + BREAK_LINES);
    drawn = true;
  }

  /** Removes the lines. */
  public synchronized void clear() {
    if (drawn) {
      write(ERASE);
      drawn = false;
    }
  }

  /** Removes the lines and draws none any more, as at the end of the process. */
  public synchronized void close() {
    clear();
    closed = true;
  }

  /**
   * Returns a stream for other output to the terminal.
   *
   * @param stream receives what is written; closed with the returned one
   */
  public OutputStream beside(OutputStream stream) {
    return new OutputStream() {
      @Override
      public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
      }

      @Override
      public void write(byte[] octets, int offset, int length) throws IOException {
        if (length > 0) {
          synchronized (LiveLines.this) {
            clear();
            lineOpen = octets[offset + length - 1] != '\n';
            stream.write(octets, offset, length);
          }
        }
      }

      @Override
      public void flush() throws IOException {
        stream.flush();
      }

      @Override
      public void close() throws IOException {
        stream.close();
      }
    };
  }

  private void write(String text) {
    if (terminal == null) {
      return;
    }
    try {
      terminal.write(text.getBytes(StandardCharsets.UTF_8));
      terminal.flush();
    } catch (IOException gone) {
      closed = true; // The command goes on without its terminal.
    }
  }
}
