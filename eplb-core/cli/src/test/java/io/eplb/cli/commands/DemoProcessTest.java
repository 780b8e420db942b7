package io.eplb.cli.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.cli.CtrlC;
import io.eplb.cli.Eplb;
import java.io.BufferedReader;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the demo as a process of its own, ended by a signal. */
class DemoProcessTest {
  @TempDir Path folder = Path.of(".");

  @Test
  void anInterruptedDemoEndsItsStepsAndReportsWhatWasProven() throws Exception {
    CtrlC.assumeHeeded();
    Path trace = Files.writeString(folder.resolve("trace.json"), "[[90,10,10,10],[10,90,10,10]]");
    File errors = folder.resolve("errors.txt").toFile();
    // Too many steps to end before the signal.
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx128m",
                    "-XX:+UseSerialGC",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Eplb.class.getName(),
                    "demo",
                    "--trace",
                    trace.toString(),
                    "--ranks",
                    "2",
                    "--redundant-experts",
                    "2",
                    "--steps",
                    "1000000",
                    "--step-millis",
                    "1"))
            .redirectError(errors)
            .start();
    String rest;
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      String line = out.readLine();
      while (line != null && !line.startsWith("cycle")) {
        line = out.readLine();
      }
      assertTrue(line != null, "it ended before it served");
      CtrlC.press(process);
      rest = out.lines().collect(Collectors.joining("\n"));
    }
    assertEquals(130, process.waitFor(), rest);
    assertTrue(rest.contains("interrupted      by Ctrl-C"), rest);
    assertTrue(rest.contains("every byte verified"), rest);
    assertTrue(rest.contains("buffers leaked   0"), rest);
    assertEquals("", Files.readString(errors.toPath()));
  }
}
