package io.eplb.cli.shell;

import io.eplb.cli.terminal.LiveLines;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The terminal that the standard error goes to, if it is one. */
public final class Terminal {
  private static final Path NOWHERE = Path.of("/dev/null");

  // The bits for the type of a file in the mode of POSIX.
  private static final int TYPE = 0xF000;
  private static final int CHARACTER_DEVICE = 0x2000;

  private static LiveLines lines = LiveLines.hidden();

  private Terminal() {}

  /** Draws lines on the standard error from now on, if it is a terminal. */
  static synchronized void install() {
    if (watched(System.getenv("TERM"), Path.of("/dev/fd/2"))) {
      OutputStream terminal = new FileOutputStream(FileDescriptor.err);
      lines = LiveLines.on(terminal);
      System.setErr(new PrintStream(lines.beside(terminal), true, StandardCharsets.UTF_8));
      Runtime.getRuntime().addShutdownHook(new Thread(lines::close, "eplb-terminal"));
    }
  }

  /** Returns the stream for results: if it is the terminal too, its output removes the lines. */
  static synchronized OutputStream beside(OutputStream standardOutput) {
    return lines.shown() && isTerminal(Path.of("/dev/fd/1"))
        ? lines.beside(standardOutput)
        : standardOutput;
  }

  /** Returns the lines on the terminal; hidden ones if there is none. */
  public static synchronized LiveLines lines() {
    return lines;
  }

  /**
   * Returns whether lines can be drawn over each other.
   *
   * @param kind the kind of the terminal, as in {@code TERM}; null if there is none
   */
  static boolean watched(@Nullable String kind, Path file) {
    return kind != null && !kind.isEmpty() && !kind.equals("dumb") && isTerminal(file);
  }

  private static boolean isTerminal(Path file) {
    try {
      return ((int) Files.getAttribute(file, "unix:mode") & TYPE) == CHARACTER_DEVICE
          && !Files.getAttribute(file, "unix:rdev")
              .equals(Files.getAttribute(NOWHERE, "unix:rdev"));
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException unknown) {
      return false;
    }
  }
}
