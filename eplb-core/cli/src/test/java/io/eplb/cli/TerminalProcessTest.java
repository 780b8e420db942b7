package io.eplb.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.eplb.cli.terminal.FakeTerminal;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the program on a terminal of the system, which {@code script} provides. */
class TerminalProcessTest {
  private static final Path SCRIPT = Path.of("/usr/bin/script");

  @TempDir Path folder = Path.of(".");

  /** Returns the words that a shell runs the program with. */
  private static String program(String arguments) {
    return "'%s' -Xmx256m -XX:+UseSerialGC -cp '%s' %s %s"
        .formatted(
            Path.of(System.getProperty("java.home"), "bin", "java"),
            System.getProperty("java.class.path"),
            Eplb.class.getName(),
            arguments);
  }

  /** Runs the program in a process that begins with these words; returns its exit code. */
  private int run(File output, String... words) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(words).redirectOutput(output).redirectErrorStream(true);
    builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    builder.environment().put("TERM", "xterm");
    return builder.start().waitFor();
  }

  @Test
  void theScreenHoldsTheReportAndNothingElseAtTheEnd() throws Exception {
    assumeTrue(Files.isExecutable(SCRIPT));
    Path output = folder.resolve("screen");
    String command =
        program("plan --load ../examples/glm52-mixed.npy --ranks 32 --redundant-experts 32")
            + " --repeat 20";
    assertEquals(0, run(output.toFile(), SCRIPT.toString(), "-qec", command, "/dev/null"), command);
    FakeTerminal terminal = new FakeTerminal(80);
    terminal.write(Files.readAllBytes(output));
    List<String> lines = terminal.screen().lines().toList();
    assertEquals("policy           incremental", lines.get(0), terminal.screen());
    assertEquals("not written: no --output", lines.get(lines.size() - 1), terminal.screen());
    assertFalse(terminal.screen().contains("planning ["), terminal.screen());
  }

  @Test
  void nothingIsDrawnIntoAFile() throws Exception {
    Path output = folder.resolve("errors");
    assertEquals(
        0,
        run(
            output.toFile(),
            "sh",
            "-c",
            program("demo --steps 60 --step-millis 0 --trace ../examples/glm52-mixed.npy")
                + " --ranks 32 --redundant-experts 32"));
    String text = Files.readString(output);
    assertTrue(text.contains("every byte"), text);
    assertFalse(text.contains("\033"), text);
  }
}
