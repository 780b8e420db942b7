package io.eplb.cli.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.eplb.cli.CommandLineRun;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigCommandTest {
  @TempDir Path folder = Path.of(".");

  @Test
  void aDashIsTheStandardInput() {
    assertEquals(
        "- is valid; it selects the policy swift\n",
        reading("eplb_policy: swift\n", "config check -").out());
    CommandLineRun wrong = reading("# ours\nnum_redundant_experts: 010\n", "config check -");
    assertEquals(2, wrong.code());
    assertTrue(
        wrong
            .err()
            .startsWith("eplb config check: standard input:2: num_redundant_experts is 010, "),
        wrong.err());
    CommandLineRun shown = reading("{'dynamic_eplb': True}", "config show --config -");
    assertTrue(
        shown.out().lines().anyMatch(line -> line.matches("dynamic_eplb +true +standard input:1")),
        shown.out());
  }

  @Test
  void settingsOfAPlanMayComeFromTheStandardInput() throws IOException {
    Path load = Files.writeString(folder.resolve("load.json"), "[[4,3,2,1]]");
    CommandLineRun run =
        reading(
            "topology: {ranks: 2}",
            "plan --config - --load %s --output %s",
            load,
            folder.resolve("map.json"));
    assertEquals(0, run.code(), run.err());
    assertTrue(run.out().contains("2 ranks × 2"), run.out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"plan --load - --output -", "simulate --trace - --policies static"})
  void theStandardInputIsNeverReadTwice(String command) {
    CommandLineRun run = CommandLineRun.of(command + " --config -");
    assertEquals(2, run.code());
    assertTrue(run.err().contains("standard input can be read only once"), run.err());
  }

  @Test
  void aPlanNeverReplacesItsOwnSettings() throws IOException {
    Path load = Files.writeString(folder.resolve("load.json"), "[[4,3,2,1]]");
    Path config = Files.writeString(folder.resolve("eplb.json"), "{\"topology\": {\"ranks\": 2}}");
    CommandLineRun run =
        CommandLineRun.of("plan --config %s --load %s --output %s --force", config, load, config);
    assertEquals(2, run.code());
    assertEquals("{\"topology\": {\"ranks\": 2}}", Files.readString(config));
  }

  @Test
  void whatNobodySetIsNullInJsonToo() throws IOException {
    JsonNode shown = CommandLineRun.of("config show --json").json();
    assertTrue(shown.at("/expert_map_path/value").isNull(), shown.toString());
    assertEquals("incremental", shown.at("/eplb_policy/value").asText());
  }

  private static CommandLineRun reading(String input, String line, Object... values) {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
    try {
      return CommandLineRun.of(line, values);
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void showSaysWhichPolicyAndPhaseResultFromTheKeysOfVllmAscend() throws Exception {
    CommandLineRun shown =
        reading(
            "{'eplb_policy_type': 2, 'eplb_heat_collection_stage': 'prefill'}",
            "config show --config -");
    for (String line :
        List.of(
            "eplb_policy +swift +standard input:1",
            "eplb_policy_type +2 +standard input:1",
            "load_collection_phase +prefill +standard input:1")) {
      assertTrue(shown.out().lines().anyMatch(each -> each.matches(line)), shown.out());
    }
    JsonNode defaults = CommandLineRun.of("config show --json").json();
    assertEquals("default", defaults.at("/eplb_policy/origin").asText());
    assertEquals(2, defaults.at("/eplb_policy_type/value").asInt());
    assertEquals("default", defaults.at("/eplb_policy_type/origin").asText());
    assertEquals(
        "eplb_policy_type 2 (swift) is vLLM-Ascend's default; here it counts only if it is given",
        defaults.at("/notes/0").asText());
    CommandLineRun both =
        reading("{eplb_policy: flashlb, eplb_policy_type: 0}", "config show --config -");
    assertTrue(
        both.out().endsWith("note: eplb_policy wins over eplb_policy_type 0 (random)\n"),
        both.out());
  }

  @Test
  void theWholeAdditionalConfigOfVllmAscendIsTakenAndWhatIsNotReadIsNamed() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("additional.json"),
            """
            {"refresh": true,
             "eplb_config": {"dynamic_eplb": true, "num_redundant_experts": 16},
             "eplb_policy": "swift", "topology": {"ranks": 2},
             "scheduler_config": {"enable_balance_scheduling": false}}
            """);
    assertEquals(
        "%1$s is valid; it selects the policy swift%nnote: ignored, as no settings of EPLB: refresh (%1$s:1), scheduler_config (%1$s:4)%n"
            .formatted(file),
        joined(CommandLineRun.of("config check %s", file)));
    JsonNode shown = CommandLineRun.of("config show --json --config %s", file).json();
    assertEquals(
        "ignored, as no settings of EPLB: refresh (%1$s:1), scheduler_config (%1$s:4)"
            .formatted(file),
        shown.at("/notes/0").asText());
    assertEquals(file + ":3", shown.at("/topology.ranks/origin").asText());
  }

  @Test
  void checkSaysWhereOurKeysBelongThatVllmAscendWouldRefuse() {
    CommandLineRun run =
        reading("eplb_config:\n  eplb_policy: swift\n  topology: {ranks: 2}\n", "config check -");
    assertEquals(
        """
        - is valid; it selects the policy swift
        note: vLLM-Ascend refuses keys that it does not know in eplb_config; put these beside it: \
        eplb_policy (standard input:2), topology (standard input:3)
        """,
        joined(run));
    assertEquals(0, run.code());
  }

  @Test
  void checkSaysWhichFolderWillBeCreatedAndCreatesNone() {
    Path map = folder.resolve("new/map.json");
    CommandLineRun run = reading("expert_map_record_path: " + map + "\n", "config check -");
    assertEquals(
        "note: expert_map_record_path: the folder %s does not exist; it is created with the first map"
            .formatted(map.getParent()),
        joined(run).lines().skip(1).findFirst().orElse(""));
    assertTrue(Files.notExists(folder.resolve("new")));
    assertTrue(
        joined(reading("expert_map_record_path: map.json\n", "config check -"))
            .endsWith(
                "note: vLLM-Ascend fails at an expert_map_record_path without a folder; write ./map.json\n"));
    assertEquals(
        1, reading("expert_map_record_path: ./map.json\n", "config check -").out().lines().count());
  }

  @Test
  void theKeyOfAnotherBlockStaysOnItsLine() throws IOException {
    Path file = folder.resolve("a.json");
    Files.writeString(file, "{\"eplb_config\": {}, \"a\\nb\": 1}");
    CommandLineRun run = CommandLineRun.of("config check %s", file);
    assertEquals(2, joined(run).lines().count(), run.out());
  }

  /** Returns the output with lines that were wrapped in one. */
  private static String joined(CommandLineRun run) {
    return run.out().replace("\n  ", " ");
  }
}
