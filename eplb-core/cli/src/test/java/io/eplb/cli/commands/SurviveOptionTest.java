package io.eplb.cli.commands;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.eplb.cli.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SurviveOptionTest {
  private static final Path RECORDING = Path.of("..", "examples", "glm52-mixed.npy");

  @TempDir Path folder = Path.of(".");

  @Test
  void asManyExpertsOfTheExampleSurviveANodeAsThereAreRedundantOnes() throws IOException {
    Path map = folder.resolve("map.json");
    JsonNode report =
        CommandLineRun.of(
                "plan --load %s --ranks 32 --nodes 4 --redundant-experts 32 --survive 1 --output %s"
                    + " --json",
                RECORDING, map)
            .json();
    assertEquals(1, report.at("/survival/failures").asInt());
    assertEquals(4, report.at("/survival/nodes").asInt());
    assertEquals(224 * 75, report.at("/survival/uncovered/total").asInt());
    assertEquals(224.0, report.at("/survival/uncovered/perLayerMean").asDouble());
    assertTrue(report.at("/parAfter/mean").asDouble() < 1.01, report.toString());
    for (JsonNode layer : new ObjectMapper().readTree(map.toFile()).get("layer_list")) {
      BitSet[] nodes = new BitSet[256];
      for (JsonNode device : layer.get("device_list")) {
        for (JsonNode expert : device.get("device_expert")) {
          BitSet holders = nodes[expert.asInt()] == null ? new BitSet() : nodes[expert.asInt()];
          holders.set(device.get("device_id").asInt() / 8);
          nodes[expert.asInt()] = holders;
        }
      }
      int covered = 0;
      for (BitSet holders : nodes) {
        covered += holders.cardinality() > 1 ? 1 : 0;
      }
      assertEquals(32, covered);
    }
  }

  @Test
  void expertsAreSpreadForTheDispatchOfTheEngine() throws IOException {
    JsonNode report =
        CommandLineRun.of(
                "plan --load %s --ranks 32 --nodes 4 --redundant-experts 32 --survive 2"
                    + " --dispatch lp --policy incremental --json",
                RECORDING)
            .json();
    assertEquals(240.0, report.at("/survival/uncovered/perLayerMean").asDouble());
    // Spread as for equal parts it is 1.030.
    assertTrue(report.at("/parAfter/mean").asDouble() < 1.01, report.toString());
  }

  @Test
  void theReportSaysHowManySurvive() throws IOException {
    Path load = Files.writeString(folder.resolve("load.json"), "[[8,1,1,1]]");
    CommandLineRun run =
        CommandLineRun.of(
            "plan --load %s --ranks 2 --nodes 2 --redundant-experts 2 --survive 1 --output %s",
            load, folder.resolve("map.json"));
    assertEquals(0, run.code(), run.err());
    assertTrue(
        run.words()
            .contains(
                "survival of 2 nodes; 2.0 of 4 experts per layer survive the loss of 1 node, 2.0 do"
                    + " not "),
        run.out());
  }

  @Test
  void slotsOfDeadRanksAreNotSpared() throws IOException {
    JsonNode report =
        CommandLineRun.of(
                "plan --load ../examples/glm52-mixed.npy --window 0 --ranks 32 --nodes 4"
                    + " --redundant-experts 32 --survive 1 --failed 3,7 --json")
            .json();
    // 270 slots are left: 14 experts of each layer get a replica on a second node.
    assertEquals(242.0, report.at("/survival/uncovered/perLayerMean").asDouble());
  }

  @Test
  void withoutFailuresToSurviveNothingChanges() throws IOException {
    Path load = Files.writeString(folder.resolve("load.json"), "[[8,1,1,1]]");
    Path plain = folder.resolve("plain.json");
    Path zero = folder.resolve("zero.json");
    String line = "plan --load %s --ranks 2 --nodes 2 --redundant-experts 2 --json --output %s";
    CommandLineRun.of(line, load, plain).json();
    JsonNode report = CommandLineRun.of(line + " --survive 0", load, zero).json();
    assertArrayEquals(Files.readAllBytes(plain), Files.readAllBytes(zero));
    assertFalse(report.has("survival"));
  }

  @Test
  void aSimulationScoresTheSpreadTables() throws IOException {
    JsonNode report =
        CommandLineRun.of(
                "simulate --trace %s --ranks 32 --nodes 4 --redundant-experts 32 --policies"
                    + " incremental,static --survive 1 --json",
                RECORDING)
            .json();
    assertEquals(1, report.get("survive").asInt());
    JsonNode incremental = report.at("/policies/0");
    assertEquals(224.0, incremental.get("uncoveredPerLayer").asDouble(), 1e-9);
    assertTrue(incremental.at("/parNextWindow/mean").asDouble() < 1.25);
    assertFalse(report.at("/policies/1").has("uncoveredPerLayer"));
    CommandLineRun text =
        CommandLineRun.of(
            "simulate --trace %s --ranks 32 --nodes 4 --redundant-experts 32 --policies swift"
                + " --survive 2",
            RECORDING);
    assertTrue(
        text.out()
            .contains("swift: 16.0 of 256 experts per layer survive the loss of 2 nodes, 240.0"),
        text.out());
  }

  @Test
  void moreFailuresThanNodesAreRefused() {
    CommandLineRun.assertRefused(
        "--survive 1 needs an expert on 2 nodes, and there is 1; give --nodes",
        "plan --load %s --ranks 32 --survive 1 --output %s",
        RECORDING,
        folder.resolve("map.json"));
    CommandLineRun.assertRefused(
        "--survive 4 needs an expert on 5 nodes, and there are 4",
        "simulate --trace %s --ranks 32 --nodes 4 --policies static --survive 4",
        RECORDING);
    CommandLineRun.assertRefused(
        "'-1' is not a whole number from 0",
        "simulate --trace %s --ranks 32 --policies static --survive -1",
        RECORDING);
  }
}
