package io.eplb.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The interrupt that a user sends to a process that takes too long. */
public final class CtrlC {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String IGNORED = "SigIgn:";
  private static final int SIGINT = 2;

  private CtrlC() {}

  /**
   * Skips a test that would hang: processes ignore what the one that started them ignores, and a
   * shell that starts a build in the background may let it ignore interrupts.
   */
  public static void assumeHeeded() throws IOException {
    if (!Files.exists(STATUS)) {
      return; // Only Linux says.
    }
    for (String line : Files.readAllLines(STATUS)) {
      if (line.startsWith(IGNORED)) {
        long signals = Long.parseUnsignedLong(line.substring(IGNORED.length()).strip(), 16);
        assumeFalse((signals >> (SIGINT - 1) & 1) == 1, "this process ignores interrupts");
      }
    }
  }

  /** Interrupts a process, with the shell's own command: the program is in a package of its own. */
  public static void press(Process process) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("sh", "-c", "kill -INT " + process.pid()).start();
    assertEquals(0, kill.waitFor());
  }
}
