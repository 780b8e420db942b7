package io.eplb.cli.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.eplb.cli.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RepairCommandTest {
  private static final Path RECORDING = Path.of("..", "examples", "glm52-mixed.npy");

  @TempDir Path folder = Path.of(".");
  private Path map = folder;
  private Path output = folder;

  @BeforeEach
  void writeAMapOfThreeRanks() throws IOException {
    output = folder.resolve("repaired.json");
    map =
        Files.writeString(
            folder.resolve("map.json"),
            "{\"moe_layer_count\":1,\"layer_list\":[{\"layer_id\":0,\"device_count\":3,\"device_list\":["
                + "{\"device_id\":0,\"device_expert\":[0,1]},"
                + "{\"device_id\":1,\"device_expert\":[2,3]},"
                + "{\"device_id\":2,\"device_expert\":[3,1]}]}]}");
  }

  @Test
  void theFasterRankGetsTheReloadAndParIsThatOfLoadBySpeed() throws IOException {
    Path even =
        Files.writeString(
            folder.resolve("even.json"),
            "{\"physical_to_logical_map\":[[0,1,0,1,0,2]]}"); // expert 2 lives on rank 2 alone
    Path load = Files.writeString(folder.resolve("load.json"), "[[2,2,8]]");
    Path speeds = Files.writeString(folder.resolve("speeds.csv"), "0.5\n1\n1\n");
    for (String each : List.of("1,0.5,1", speeds.toString())) {
      JsonNode repaired =
          CommandLineRun.of(
                  "repair --current %s --ranks 3 --failed 2 --load %s --rank-speed %s --json",
                  even, load, each)
              .json();
      int slow = each.startsWith("1") ? 1 : 0;
      assertEquals(1 - slow, repaired.at("/reloads/0/rank").asInt(), repaired.toString());
      assertEquals(0.5, repaired.at("/rankSpeeds/" + slow).asDouble());
    }
    CommandLineRun run =
        CommandLineRun.of(
            "repair --current %s --ranks 3 --failed 2 --load %s --rank-speed 1,0.5,1", even, load);
    assertTrue(run.out().contains("PAR is that of load ÷ speed"), run.out());
    CommandLineRun.assertRefused(
        "--rank-speed has 2 speeds for 3 ranks",
        "repair --current %s --ranks 3 --failed 2 --rank-speed 1,2",
        even);
    CommandLineRun.assertRefused(
        "standard input can be read only once", "repair --current - --failed 2 --rank-speed -");
  }

  @Test
  void aFailedRankOfTheExampleIsRepairedAndThePlanGoesOnFromThere() throws IOException {
    Path planned = folder.resolve("planned.json");
    CommandLineRun.of(
            "plan --load %s --ranks 32 --redundant-experts 32 --output %s --json",
            RECORDING, planned)
        .json();
    JsonNode repaired =
        CommandLineRun.of(
                "repair --current %s --failed 5 --load %s --output %s --json",
                planned, RECORDING, output)
            .json();
    long lost = repaired.at("/expertsLost/total").asLong();
    assertTrue(lost > 0 && lost <= 75 * 9, repaired.toString());
    assertEquals(lost, repaired.get("reloads").size());
    assertEquals(lost, repaired.get("reloadsFromCheckpoint").asLong());
    assertEquals("[5]", repaired.get("ranksFailed").toString());
    assertTrue(
        repaired.at("/parAfter/mean").asDouble() < 1.1
            && repaired.at("/parAfter/mean").asDouble()
                > repaired.at("/parBefore/mean").asDouble());
    for (JsonNode reload : repaired.get("reloads")) {
      assertTrue(reload.get("source").isNull());
      assertTrue(reload.get("rank").asInt() != 5);
    }
    CommandLineRun verified = CommandLineRun.of("verify %s --experts 256", output);
    assertEquals(0, verified.code(), verified.err());
    assertTrue(verified.out().contains("rank 5"), verified.out());
  }

  @Test
  void theReportNamesWhatIsReloadedAndWhereFrom() throws IOException {
    CommandLineRun run =
        CommandLineRun.of("repair --current %s --failed 1 --output %s", map, output);
    assertEquals(0, run.code(), run.err());
    assertTrue(run.out().contains("failed           rank 1\n"), run.out());
    assertTrue(run.out().contains("2 ranks with 4 usable slots for 4 experts"), run.out());
    assertTrue(run.out().contains("1, the fewest possible; 1 from the checkpoint"), run.out());
    assertTrue(run.out().contains("  the checkpoint\n"), run.out());
    assertFalse(run.out().contains("PAR"), run.out());
    JsonNode ranks = new ObjectMapper().readTree(output.toFile()).at("/layer_list/0/device_list");
    assertEquals("[-1,-1]", ranks.at("/1/device_expert").toString());
    assertTrue(run.err().startsWith("note: "), run.err());
  }

  @Test
  void ranksThatAreDeadInTheMapStayDead() throws IOException {
    Path wide = folder.resolve("wide.json");
    Files.writeString(wide, "{\"physical_to_logical_map\": [[0,1,0,1,0,1,0,1]]}");
    Path once = folder.resolve("once.json");
    CommandLineRun.of("repair --current %s --ranks 4 --failed 1 --output %s --json", wide, once)
        .json();
    JsonNode twice =
        CommandLineRun.of("repair --current %s --failed 3,1 --output %s --json", once, output)
            .json();
    assertEquals("[1,3]", twice.get("ranksFailed").toString());
    assertEquals("[3,1]", twice.get("failed").toString());
    assertEquals(0, twice.get("reloads").size());
  }

  @Test
  void tooFewSlotsEndWithCodeThreeBeforeAnythingIsWritten() {
    CommandLineRun run =
        CommandLineRun.of("repair --current %s --failed 0,1 --output %s", map, output);
    assertEquals(3, run.code());
    assertEquals(
        "eplb repair: the ranks that stay have 2 usable slots for 4 experts, 2 too few in every"
            + " layer; without a slot: layer 0: experts 0, 2\n",
        run.err());
    assertFalse(Files.exists(output));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--failed 3|--failed: rank 3 does not exist; ranks are 0 to 2",
        "--failed 1,1|rank 1 is named twice",
        "--failed 0,1,2|every rank has failed",
        "--failed -1|\"-1\" is no rank; expected whole numbers from 0 to",
        "--failed 1,|\"\" is no rank",
        "--failed one|\"one\" is no rank",
        "|--failed",
        "--failed 1 --nodes 2|2 nodes do not divide 3 ranks",
        "--failed 1 --ranks 4|map.json",
        "--failed 1 --output-format nonsense|there is no placement format"
      })
  void nonsenseIsRefused(String callAndReason) {
    String[] parts = callAndReason.split("\\|", -1);
    CommandLineRun.assertRefused(
        parts[1], ("repair --current %s --output %s " + parts[0]).strip(), map, output);
    assertFalse(Files.exists(output));
  }

  @Test
  void anotherLoadOrAnInputAsOutputIsRefused() throws IOException {
    Path load = Files.writeString(folder.resolve("load.json"), "[[1,2,3]]");
    CommandLineRun.assertRefused(
        "they must agree",
        "repair --current %s --failed 1 --load %s --output %s",
        map,
        load,
        output);
    CommandLineRun.assertRefused(
        "map.json", "repair --current %s --failed 1 --output %s --force", map, map);
  }
}
