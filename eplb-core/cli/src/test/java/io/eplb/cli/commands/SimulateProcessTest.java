package io.eplb.cli.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.eplb.cli.CtrlC;
import io.eplb.cli.Eplb;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs simulations as processes of their own: with little memory, and ended by a signal. */
class SimulateProcessTest {
  @TempDir Path folder = Path.of(".");

  @Test
  void aTraceLargerThanMemoryIsReplayedWindowByWindow() throws Exception {
    // 64 MB of a sparse file, 128 MB as doubles.
    Path trace = sparse("large.npy", 400, 4, 10_000);
    Process process = start("-Xmx40m", trace, "--policies", "static", "--json");
    JsonNode result = new ObjectMapper().readTree(process.getInputStream());
    assertEquals(0, process.waitFor(), Files.readString(errors().toPath()));
    assertEquals(399, result.get("scoredWindows").asInt());
    assertEquals(399 * 4, result.get("idleLayers").asInt());
  }

  @Test
  void anInterruptedSimulationReportsTheWindowsThatAreDone() throws Exception {
    CtrlC.assumeHeeded();
    // Too many windows to end before the signal.
    Path trace = sparse("endless.npy", 1_000_000, 1, 8);
    Path report = folder.resolve("report.html");
    ProcessBuilder builder =
        builder(
            "-Xmx128m",
            trace,
            "-v",
            "--policies",
            "default",
            "--json",
            "--report",
            report.toString());
    Process process = builder.redirectOutput(folder.resolve("out.json").toFile()).start();
    try (BufferedReader log = process.errorReader(StandardCharsets.UTF_8)) {
      String line = log.readLine();
      while (line != null && !line.contains("simulating: ")) {
        line = log.readLine();
      }
      assertTrue(line != null, "it ended before a window was scored");
      CtrlC.press(process);
      while (line != null) {
        line = log.readLine();
      }
    }
    assertEquals(130, process.waitFor());
    JsonNode result = new ObjectMapper().readTree(folder.resolve("out.json").toFile());
    assertTrue(result.get("interrupted").asBoolean());
    int scored = result.get("scoredWindows").asInt();
    assertTrue(scored >= 1 && scored < 999_999, "scored " + scored);
    assertEquals(scored, result.at("/policies/0/windows").size());
    assertTrue(Files.readString(report).endsWith("</html>\n"), "the report is cut off");
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(3, files.count(), "something was left behind");
    }
  }

  private Process start(String memory, Path trace, String... more) throws IOException {
    return builder(memory, trace, more).redirectError(errors()).start();
  }

  private ProcessBuilder builder(String memory, Path trace, String... more) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                memory,
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Eplb.class.getName(),
                "simulate",
                "--trace",
                trace.toString(),
                "--ranks",
                "4"));
    command.addAll(List.of(more));
    return new ProcessBuilder(command);
  }

  private File errors() {
    return folder.resolve("errors.txt").toFile();
  }

  /** Writes a sparse file with an array of 32-bit zeros. */
  private Path sparse(String name, int windows, int layers, int experts) throws IOException {
    Path path = folder.resolve(name);
    String header =
        "{'descr': '<i4', 'fortran_order': False, 'shape': (%s, %s, %s), }"
            .formatted(windows, layers, experts);
    byte[] padded =
        (header + " ".repeat(117 - header.length()) + "\n").getBytes(StandardCharsets.US_ASCII);
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.write(0x93);
      file.write("NUMPY".getBytes(StandardCharsets.US_ASCII));
      file.write(new byte[] {1, 0, (byte) padded.length, 0});
      file.write(padded);
      file.setLength(128 + 4L * windows * layers * experts);
    }
    return path;
  }
}
