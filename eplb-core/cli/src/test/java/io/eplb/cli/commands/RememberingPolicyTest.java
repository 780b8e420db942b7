package io.eplb.cli.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.eplb.cli.CommandLineRun;
import io.eplb.core.registry.TestJar;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Policies that remember, and what they are given and told by the commands. */
class RememberingPolicyTest {
  /**
   * Writes down every window that it has not seen, its context and its ends, in the file that a
   * hint names; swaps two other experts at each call.
   */
  private static final String DIARY =
      """
      package plugin;
      import io.eplb.api.*;
      import java.nio.file.*;
      public class Diary implements EplbPolicy {
        private long seen = -1;
        private int calls;
        private Path log;
        private void write(String line) {
          try {
            Files.writeString(log, line + "\\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
          } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        }
        public String name() { return "diary"; }
        public PolicyTraits traits() {
          return PolicyTraits.builder().stateful(true).objective(Objective.OWN_MEASURE).build();
        }
        public Rebalance rebalanceExperts(
            ExpertTable table, ExpertWorkload workload, PolicyContext context) {
          log = Path.of(context.hints().get("log"));
          double[] loads = new double[table.experts()];
          for (int window = 0; window < workload.windows(); window++) {
            if (workload.windowId(window) > seen) {
              seen = workload.windowId(window);
              workload.measuredExpertLoads(table, 0, window, loads, 0);
              write("window " + seen + " " + Math.round(loads[0] * 1e6) / 1e6
                  + (workload.measuredPerSlot() ? " per slot" : ""));
            }
          }
          TransferCosts costs = context.costs();
          write("asked " + context.loadPhase()
              + (costs.known() ? " " + costs.expertBytes() + " B " : "")
              + (costs.known() ? costs.secondsPerByteBetweenNodes() : ""));
          int[] row = new int[table.physicalExperts()];
          table.copyLayer(0, row, 0);
          int other = 2 + calls++ % 2;
          int first = row[0];
          row[0] = row[other];
          row[other] = first;
          return Rebalance.builder(
                  new int[] {0}, Placement.builder(table).setLayer(0, row, 0).build())
              .expectedPeak(0, 8.0, 6.0)
              .build();
        }
        public void layerEnded(LayerEnd end) {
          write("ended " + end.layer() + " " + end.outcome() + " " + end.tableVersion());
        }
        public void close() {
          if (log != null) {
            write("closed");
          }
        }
      }
      """;

  @TempDir Path folder = Path.of(".");
  private Path policies = Path.of(".");
  private Path config = Path.of(".");
  private Path trace = Path.of(".");

  @BeforeEach
  void prepare() throws IOException {
    policies = Files.createDirectory(folder.resolve("policies"));
    new TestJar(policies).source("Diary", DIARY).provides("plugin.Diary").build("diary.jar");
    config =
        Files.writeString(
            folder.resolve("eplb.yaml"),
            "load_collection_phase: decode\npolicy_hints: {log: \"%s\"}\n"
                .formatted(folder.resolve("log.txt")));
    trace =
        Files.writeString(
            folder.resolve("trace.json"),
            "{\"load\": [[[9,1,1,1]],[[8,1,2,1]],[[7,1,3,1]],[[6,1,4,1]],[[5,1,5,1]]]}");
  }

  private List<String> log() throws IOException {
    Path log = folder.resolve("log.txt");
    List<String> lines = Files.readAllLines(log);
    Files.delete(log);
    return lines;
  }

  private CommandLineRun plan(String options, Object... values) {
    CommandLineRun run =
        CommandLineRun.of(
            "plan --load %s --ranks 2 --policy diary --policy-path %s --config %s --output %s "
                + options,
            Stream.concat(
                    Stream.of(trace, policies, config, folder.resolve("map.json")),
                    Stream.of(values))
                .toArray());
    assertEquals(0, run.code(), run.err());
    return run;
  }

  @Test
  void repeatedPlansOfAPolicyThatRemembersAreOnePlan() throws IOException {
    plan("--window 1:3");
    String map = Files.readString(folder.resolve("map.json"));
    assertEquals(List.of("window 3 21.0", "asked DECODE", "ended 0 COMMITTED 1", "closed"), log());
    plan("--window 1:3 --repeat 2 --force");
    assertEquals(map, Files.readString(folder.resolve("map.json")));
    assertEquals(
        List.of(
            "window 3 21.0",
            "asked DECODE",
            "closed",
            "window 3 21.0",
            "asked DECODE",
            "ended 0 COMMITTED 1",
            "closed"),
        log());
  }

  @Test
  void aPolicyIsToldWhatAMoveCosts() throws IOException {
    plan("--window 0:0 --expert-bytes 1000 --link-gbps 8");
    assertEquals("asked DECODE 1000 B 1.0E-9", log().get(1));
    plan("--window 0:0 --expert-bytes 1000 --force");
    assertEquals("asked DECODE 1000 B 0.0", log().get(1));
    CommandLineRun run =
        CommandLineRun.of(
            "simulate --trace %s --ranks 2 --policies diary --policy-path %s --config %s"
                + " --expert-bytes 1000 --link-gbps 8",
            trace, policies, config);
    assertEquals(0, run.code(), run.err());
    assertEquals("asked DECODE 1000 B 1.0E-9", log().get(1));
  }

  @Test
  void simulateGivesEachWindowOnceAndTellsThatItsLayersAreInForce() throws IOException {
    CommandLineRun run =
        CommandLineRun.of(
            "simulate --trace %s --ranks 2 --policies diary --policy-path %s --config %s",
            trace, policies, config);
    assertEquals(0, run.code(), run.err());
    assertEquals(
        List.of(
            "window 0 9.0",
            "asked DECODE",
            "ended 0 COMMITTED 1",
            "window 1 8.0",
            "asked DECODE",
            "ended 0 COMMITTED 2",
            "window 2 7.0",
            "asked DECODE",
            "ended 0 COMMITTED 3",
            "window 3 6.0",
            "asked DECODE",
            "ended 0 COMMITTED 4",
            "closed"),
        log());
  }

  @Test
  void aWorkloadIsMeasuredPerSlot() throws IOException {
    plan("");
    log();
    Path workload = Files.writeString(folder.resolve("workload.json"), "[[[9,1],[1,1]]]");
    CommandLineRun run =
        CommandLineRun.of(
            "plan --workload %s --current %s --policy diary --policy-path %s --config %s --output %s",
            workload, folder.resolve("map.json"), policies, config, folder.resolve("next.json"));
    assertEquals(0, run.code(), run.err());
    assertTrue(log().get(0).matches("window 0 [19]\\.0 per slot"));
  }

  @Test
  void theReportShowsThePeaksThatAPolicyExpectsBesidePar() throws IOException {
    JsonNode report = new ObjectMapper().readTree(plan("--json --window 0:0").out());
    assertEquals(1, report.at("/expectedPeak/layers").asInt());
    assertEquals(8.0, report.at("/expectedPeak/before").asDouble());
    assertEquals(6.0, report.at("/expectedPeak/after").asDouble());
    assertEquals(10 / 6.0, report.at("/parBefore/mean").asDouble(), 1e-9);
    String text = plan("--window 0:0 --force").out();
    assertTrue(text.contains("8.000 → 6.000 in the policy's own measure, mean of 1 layer"), text);
  }

  @Test
  void flashlbGivesOneMapHoweverOftenItIsAsked() throws IOException {
    Path recording = Path.of("..", "examples", "glm52-mixed.npy");
    byte[][] maps = new byte[2][];
    for (int at = 0; at < 2; at++) {
      Path map = folder.resolve("flashlb" + at + ".json");
      CommandLineRun run =
          CommandLineRun.of(
              "plan --load %s --ranks 32 --redundant-experts 32 --window 0:3 --policy flashlb"
                  + " --repeat %s --output %s",
              recording, 1 + 2 * at, map);
      assertEquals(0, run.code(), run.err());
      maps[at] = Files.readAllBytes(map);
    }
    assertEquals(
        new String(maps[0], StandardCharsets.UTF_8), new String(maps[1], StandardCharsets.UTF_8));
  }
}
