package io.eplb.cli.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.eplb.cli.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that plan a map and are not told where to write it. */
class DryRunTest {
  private static final String PLAN = "plan --ranks 2 --redundant-experts 2 --load %s";
  private static final String REPAIR = "repair --failed 1 --current %s";
  private static final String RESCALE = "rescale --ranks 3 --current %s";

  @TempDir Path folder = Path.of(".");

  @BeforeEach
  void writeInputs() throws IOException {
    Files.writeString(folder.resolve("load.json"), "[[10,90,10,10]]");
    Files.writeString(
        folder.resolve("map.json"),
        """
        {"moe_layer_count": 1, "layer_list": [{"layer_id": 0, "device_count": 2, "device_list": [
          {"device_id": 0, "device_expert": [0, 1, 2, 3]},
          {"device_id": 1, "device_expert": [3, 2, 1, 0]}]}]}
        """);
  }

  private CommandLineRun run(String command) {
    String input = command.startsWith("plan") ? "load.json" : "map.json";
    return CommandLineRun.of(command, folder.resolve(input));
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {PLAN, REPAIR, RESCALE})
  void theReportIsPrintedAndNothingIsWritten(String command) throws IOException {
    CommandLineRun run = run(command);
    assertEquals(0, run.code(), run.err());
    assertEquals("", run.err());
    assertTrue(run.out().endsWith("\nnot written: no --output\n"), run.out());
    assertEquals(List.of("load.json", "map.json"), files());
  }

  @ParameterizedTest
  @ValueSource(strings = {PLAN, REPAIR, RESCALE})
  void theOutputOfItsJsonIsNull(String command) throws IOException {
    JsonNode json = run(command + " --json").json();
    assertTrue(json.get("output").isNull(), json.toString());
  }

  @ParameterizedTest
  @CsvSource({
    PLAN + ", --force, --force replaces an existing file",
    PLAN + ", --output-format trtllm --first-moe-layer 3, --first-moe-layer 3 is for the map",
    REPAIR + ", --force, --force replaces an existing file",
    REPAIR + ", --output-format sglang, --output-format sglang is for the map",
    RESCALE + ", --first-moe-layer 3, --first-moe-layer 3 is for the map"
  })
  void optionsOfTheFileAreRefused(String command, String options, String expected) {
    CommandLineRun run = run(command + " " + options);
    assertEquals(2, run.code(), run.out());
    assertTrue(run.err().contains(expected), run.err());
    assertTrue(run.err().contains("name"), run.err());
    assertEquals("", run.out());
  }

  @Test
  void thePlanStillStartsFromTheLayoutOfTheNamedEngine() throws IOException {
    // Expert 1 has a single replica in the layout of TensorRT-LLM.
    JsonNode engine = run(PLAN + " --output-format trtllm --policy static --json").json();
    JsonNode plain = run(PLAN + " --policy static --json").json();
    assertTrue(
        engine.at("/parBefore/mean").asDouble() != plain.at("/parBefore/mean").asDouble(),
        engine + " and " + plain);
  }

  @Test
  void theReportWithPicturesIsWrittenAndMayReplaceAnother() throws IOException {
    Path page = folder.resolve("page.html");
    for (int time = 0; time < 2; time++) {
      CommandLineRun run =
          CommandLineRun.of(PLAN + " --report %s --force", folder.resolve("load.json"), page);
      assertEquals(0, run.code(), run.err());
      assertTrue(Files.readString(page).contains("nothing, there is no --output"));
    }
    assertEquals(List.of("load.json", "map.json", "page.html"), files());
  }
}
