package io.eplb.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The interrupt of a process by its user. */
public final class CtrlC {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String IGNORED = "SigIgn:";
  private static final int SIGINT = 2;

  private CtrlC() {}

  /**
   * Skips a test if this process ignores interrupts. The processes that it starts would ignore them
   * too, and the test would hang; a shell may start a build in the background that way.
   */
  public static void assumeHeeded() throws IOException {
    if (!Files.exists(STATUS)) {
      return; // Only Linux has this file.
    }
    for (String line : Files.readAllLines(STATUS)) {
      if (line.startsWith(IGNORED)) {
        long signals = Long.parseUnsignedLong(line.substring(IGNORED.length()).strip(), 16);
        assumeFalse((signals >> (SIGINT - 1) & 1) == 1, "this process ignores interrupts");
      }
    }
  }

  /** Interrupts a process by the kill command of the shell; the program kill may be missing. */
  public static void press(Process process) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("sh", "-c", "kill -INT " + process.pid()).start();
    assertEquals(0, kill.waitFor());
  }
}
