package io.eplb.cli.processes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.cli.CommandLineRun;
import io.eplb.cli.Eplb;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Planners as processes of their own, before there is a group. */
class PlannerProcessTest {
  private static final String LISTENS = "ZooKeeper listens on ";

  @TempDir Path folder = Path.of(".");

  private static Process planner(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Eplb.class.getName(),
                "planner"));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).start();
  }

  /** Reads what a process says until a line has a text. */
  private static void awaitLine(BufferedReader said, String text) throws IOException {
    List<String> lines = new ArrayList<>();
    String line = said.readLine();
    while (line != null && !line.contains(text)) {
      lines.add(line);
      line = said.readLine();
    }
    assertTrue(line != null, "never said \"" + text + "\": " + lines);
  }

  @Test
  void aPlannerRunsZooKeeperForThisMachineAndEndsWithIt() throws Exception {
    Path data = folder.resolve("data");
    Process first = planner("--zookeeper", "embedded:0/glm", "--zookeeper-data", data.toString());
    try {
      String line = String.valueOf(first.inputReader(StandardCharsets.UTF_8).readLine());
      assertTrue(line.startsWith(LISTENS + "localhost:"), line);
      String connect = line.substring(LISTENS.length(), line.indexOf(';'));
      assertTrue(connect.endsWith("/glm"), line);
      awaitLine(first.errorReader(StandardCharsets.UTF_8), "the planner waits for the ranks");
      CommandLineRun second =
          CommandLineRun.of("planner --zookeeper embedded:0 --zookeeper-data %s", data);
      assertEquals(2, second.code(), second.err());
      assertTrue(second.err().contains("is running already and holds " + data), second.err());
      Process beside = planner("--zookeeper", connect);
      awaitLine(beside.errorReader(StandardCharsets.UTF_8), "stands for election");
      beside.destroy();
      assertEquals(0, beside.waitFor());
    } finally {
      first.destroy();
    }
    assertEquals(0, first.waitFor());
  }

  @Test
  void aPlannerSaysThatItWaitsForZooKeeper() throws Exception {
    Process planner = planner("--zookeeper", "localhost:1/glm");
    awaitLine(
        planner.errorReader(StandardCharsets.UTF_8),
        "connecting to ZooKeeper at localhost:1/glm: there is no answer yet");
    planner.destroy();
    assertEquals(0, planner.waitFor());
  }
}
