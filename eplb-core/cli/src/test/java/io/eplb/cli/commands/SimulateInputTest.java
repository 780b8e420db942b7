package io.eplb.cli.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.eplb.cli.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The inputs of {@code eplb simulate}: windows of steps, a map in force, a configuration. */
class SimulateInputTest {
  @TempDir Path folder = Path.of(".");
  private Path trace = Path.of(".");

  @BeforeEach
  void writeTrace() throws IOException {
    trace = write("trace.json", "[[[9,1,1,1]],[[1,9,1,1]],[[9,1,1,1]],[[3,9,1,1]],[[5,1,1,1]]]");
  }

  private Path write(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  @Test
  void stepsAreSummedToWindowsAndTheRestIsNamed() throws IOException {
    JsonNode result = json("--ranks 2 --policies static --steps-per-window 2");
    assertEquals(2, result.get("windows").asInt());
    assertEquals(1, result.get("scoredWindows").asInt());
    assertEquals(2, result.get("stepsPerWindow").asInt());
    assertEquals(1, result.get("stepsLeftOver").asInt());
    // The second window is 12, 10, 2, 2: ranks bear 22 and 4.
    assertEquals(22.0 / 13, result.at("/policies/0/parNextWindow/mean").asDouble(), 1e-12);
    assertTrue(result.get("current").isNull());

    CommandLineRun table = run("--ranks 2 --policies static --steps-per-window 2");
    assertTrue(table.words().contains("2 windows of 2 steps × 1 layer × 4 experts"), table.out());
    assertTrue(
        table.out().contains("1 step at the end of the recording made no window"), table.out());
  }

  @Test
  void loadsOfSlotsAreReplayedAsThoseOfTheirExperts() throws IOException {
    Path map = write("map.json", "{\"physical_to_logical_map\":[[0,1,2,3,0,1]]}");
    Path slots = write("slots.json", "[[[[6,1,1],[1,3,0]]],[[[1,5,1],[1,0,4]]]]");
    trace = write("experts.json", "[[[9,1,1,1]],[[1,9,1,1]]]");
    String options = " --ranks 2 --policies incremental,static --json --current " + map;
    JsonNode ofSlots = CommandLineRun.of("simulate --workload " + slots + options).json();
    JsonNode ofExperts = CommandLineRun.of("simulate --trace " + trace + options).json();
    assertEquals(
        ofExperts.at("/policies/0/windows/0/parNextWindow"),
        ofSlots.at("/policies/0/windows/0/parNextWindow"));
    assertEquals(
        ofExperts.at("/policies/1/parNextWindow"), ofSlots.at("/policies/1/parNextWindow"));
    assertEquals(slots.toString(), ofSlots.get("trace").asText());
  }

  @Test
  void oneInputIsNamedAndTheOtherOptionsBelongToIt() throws IOException {
    Path slots = write("slots.json", "[[[[6,1,1],[1,3,0]]],[[[1,5,1],[1,0,4]]]]");
    CommandLineRun.assertRefused("--trace is missing", "simulate --policies static");
    CommandLineRun.assertRefused(
        "exclude each other", "simulate --policies static --trace a --workload b");
    CommandLineRun.assertRefused(
        "--workload needs --current", "simulate --policies static --ranks 2 --workload %s", slots);
    CommandLineRun.assertRefused(
        "--routed-experts has no meaning with --workload",
        "simulate --policies static --ranks 2 --routed-experts 4 --workload %s",
        slots);
  }

  @Test
  void everyPolicyStartsFromTheGivenMap() throws IOException {
    Path map = write("map.json", "{\"physical_to_logical_map\":[[0,2,1,3]]}");
    JsonNode result =
        json("--ranks 2 --policies static,swift:imbalance-threshold=9 --current %s", map);
    assertEquals(map.toString(), result.get("current").asText());
    for (JsonNode policy : result.get("policies")) {
      // Window 1 is 1, 9, 1, 1: ranks bear 2 and 10.
      assertEquals(10.0 / 6, policy.at("/windows/0/parNextWindow").asDouble(), 1e-12);
      assertEquals(0.0, policy.at("/expertsMovedPerLayer/first").asDouble());
    }
    CommandLineRun table = run("--ranks 2 --policies static --current %s", map);
    assertTrue(table.words().contains("; starting from " + map), table.out());
  }

  @Test
  void theMapSaysHowManyRanksThereAreIfItCan() throws IOException {
    Path map =
        write(
            "map.json",
            """
            {"moe_layer_count": 1, "layer_list": [{"layer_id": 0, "device_count": 2, "device_list": [
              {"device_id": 0, "device_expert": [0, 2, 1]}, {"device_id": 1, "device_expert": [1, 3, 0]}]}]}
            """);
    JsonNode result = json("--policies static --current %s", map);
    assertEquals(2, result.get("ranks").asInt());
    assertEquals(2, result.get("redundantExperts").asInt());
  }

  @Test
  void topologyAndPolicyOptionsComeFromTheConfiguration() throws IOException {
    trace = write("trace.json", "[[[9,1,8,1]],[[9,1,8,1]]]");
    Path config =
        write(
            "eplb.yaml",
            """
            eplb_policy: incremental
            policy_options: {move-price: 1.0}
            num_redundant_experts: 2
            topology: {ranks: 2}
            """);
    JsonNode result = json("--policies incremental,default --config %s", config);
    assertEquals(2, result.get("ranks").asInt());
    assertEquals(2, result.get("redundantExperts").asInt());
    assertEquals(0.0, result.at("/policies/0/expertsMovedPerLayer/first").asDouble());
    assertTrue(result.at("/policies/1/expertsMovedPerLayer/first").asDouble() > 0.0);

    JsonNode other = json("--policies incremental:move-price=0 --config %s --ranks 2", config);
    assertTrue(other.at("/policies/0/expertsMovedPerLayer/first").asDouble() > 0.0);
  }

  @Test
  void whatCannotBeIsRefusedInOneLine() throws IOException {
    Path map = write("map.json", "{\"physical_to_logical_map\":[[0,2,1,3],[0,2,1,3]]}");
    Path fewer = write("fewer.json", "{\"physical_to_logical_map\":[[0,2,1,2]]}");
    Path config = write("eplb.yaml", "eplb_policy: default\npolicy_options: {colour: 1}\n");
    assertRefused("give --ranks", "--policies static --current %s", map);
    assertRefused("has 1 layer × 4 experts", "--ranks 2 --policies static --current %s", map);
    assertRefused("they must agree", "--ranks 2 --policies static --current %s", fewer);
    assertRefused(
        "contradicts", "--ranks 2 --redundant-experts 2 --policies static --current %s", map);
    assertRefused("none.json", "--ranks 2 --policies static --current none.json");
    assertRefused("eplb.yaml:2", "--ranks 2 --policies default --config %s", config);
    assertRefused("no such file or folder", "--policies static --config none.yaml");
    for (String steps : List.of("0", "-1", "1.5", "many", "99999999999")) {
      assertRefused(
          "is not a whole number from 1 to",
          "--ranks 2 --policies static --steps-per-window %s",
          steps);
    }
    assertRefused(
        "more than the trace has, which is 5", "--ranks 2 --policies static --steps-per-window 6");
    assertRefused(
        "--steps-per-window 5 leaves a single window of the 5 steps",
        "--ranks 2 --policies static --steps-per-window 5");
    assertRefused(
        "is the input", "--ranks 2 --policies static --current %s --report %s --force", map, map);
    assertRefused(
        "is the input",
        "--ranks 2 --policies static --config %s --report %s --force",
        config,
        config);
  }

  @Test
  void standardInputIsReadOnlyOnce() {
    CommandLineRun run = CommandLineRun.of("simulate --trace - --policies static --current -");
    assertEquals(2, run.code());
    assertTrue(run.err().contains("only once"), run.err());
  }

  private void assertRefused(String expected, String options, Object... values) {
    CommandLineRun.assertRefused(expected, "simulate --trace %s " + options, trace, values);
  }

  private JsonNode json(String options, Object... values) throws IOException {
    return run(options + " --json", values).json();
  }

  private CommandLineRun run(String options, Object... values) {
    return CommandLineRun.of("simulate --trace %s " + options, trace, values);
  }
}
