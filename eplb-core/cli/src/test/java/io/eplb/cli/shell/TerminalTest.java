package io.eplb.cli.shell;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TerminalTest {
  private static final Path DEVICE = Path.of("/dev/ptmx"); // The device that terminals come from.

  @TempDir Path folder = Path.of(".");

  @Test
  void aTerminalIsWatched() {
    assumeTrue(Files.exists(DEVICE));
    assertTrue(Terminal.watched("xterm-256color", DEVICE));
  }

  @Test
  void aTerminalThatCannotMoveItsCursorIsNot() {
    assertFalse(Terminal.watched(null, DEVICE));
    assertFalse(Terminal.watched("", DEVICE));
    assertFalse(Terminal.watched("dumb", DEVICE));
  }

  @Test
  void aFileAndNowhereAreNoTerminals() throws IOException {
    assertFalse(Terminal.watched("xterm", Files.createFile(folder.resolve("errors.txt"))));
    assertFalse(Terminal.watched("xterm", Path.of("/dev/null")));
    assertFalse(Terminal.watched("xterm", folder.resolve("missing")));
  }
}
