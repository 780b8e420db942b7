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
    assertTrue(defaults.at("/eplb_policy_type/value").isNull(), defaults.toString());
  }
}
