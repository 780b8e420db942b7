package io.eplb.cli.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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

/**
 * The option {@code --dispatch} of plan and verify. Rank 0 of the map holds experts 0 and 2, rank 1
 * experts 0 and 1; they have 60, 20 and 0 tokens in the first window, 20, 100 and 0 in the second.
 */
class DispatchOptionTest {
  private static final String LOADS = "[[[60,20,0]],[[20,100,0]]]";

  @TempDir Path folder = Path.of(".");

  @BeforeEach
  void write() throws IOException {
    Files.writeString(folder.resolve("load.json"), LOADS);
    Files.writeString(folder.resolve("first.json"), "[[60,20,0]]");
    Files.writeString(
        folder.resolve("map.json"),
        "{\"moe_layer_count\":1,\"layer_list\":[{\"layer_id\":0,\"device_count\":2,\"device_list\":["
            + "{\"device_id\":0,\"device_expert\":[0,2]},{\"device_id\":1,\"device_expert\":[0,1]}]}]}");
  }

  private CommandLineRun run(String line, String load) {
    List<Path> files = Stream.of("map.json", load, "eplb.yaml").map(folder::resolve).toList();
    return CommandLineRun.of(line, files.subList(0, line.split("%s", -1).length - 1).toArray());
  }

  @ParameterizedTest
  @CsvSource({"even, 1.25", "lp, 1.0", "single, 1.5"})
  void aPlanIsMeasuredUnderTheDispatch(String dispatch, double par) throws IOException {
    CommandLineRun run =
        run(
            "plan --policy static --current %s --load %s --json --dispatch " + dispatch,
            "first.json");
    assertEquals(0, run.code(), run.err());
    JsonNode report = run.json();
    assertEquals(dispatch, report.get("dispatch").asText());
    assertEquals(par, report.at("/parBefore/mean").asDouble(), 1e-12);
    assertEquals(par, report.at("/parAfter/mean").asDouble(), 1e-12);
  }

  @Test
  void theBottleneckIsThatOfTheWorstWindow() throws IOException {
    JsonNode report =
        run("plan --policy static --current %s --load %s --json --dispatch lp", "load.json").json();
    assertEquals(100 / 60.0, report.at("/parPerWindow/after/worst").asDouble(), 1e-12);
    JsonNode bottleneck = report.at("/bottlenecks/0");
    assertEquals(0, bottleneck.get("layer").asInt());
    assertEquals(100 / 60.0, bottleneck.get("par").asDouble(), 1e-12);
    assertEquals("[1]", bottleneck.get("ranks").toString());
    assertEquals(1, bottleneck.get("experts").size());
    assertEquals(1, bottleneck.at("/experts/0/expert").asInt());
    assertEquals(100 / 120.0, bottleneck.at("/experts/0/share").asDouble(), 1e-12);
    assertEquals(1, bottleneck.at("/experts/0/replicas").asInt());
  }

  @Test
  void peopleAreToldTheDispatchAndTheExpertsToReplicateUnlessItIsEven() {
    String lp =
        run("plan --policy static --current %s --load %s --dispatch lp", "load.json").words();
    assertTrue(lp.contains("dispatch lp: tokens divided"), lp);
    assertTrue(lp.contains("worst layers in window 1: tight ranks, and experts to replicate"), lp);
    assertTrue(lp.contains("layer 0 PAR 1.6667, rank 1: 1 (83.3 %, 1 replica)"), lp);
    String even = run("plan --policy static --current %s --load %s", "load.json").words();
    assertFalse(even.contains("dispatch") || even.contains("worst layers"), even);
  }

  @Test
  void aSimulationTellsTheTightRanksOfItsBestPolicy() throws IOException {
    Path trace = Files.writeString(folder.resolve("trace.json"), "[[[6,3,8,1]],[[6,3,8,1]]]");
    Path map =
        Files.writeString(
            folder.resolve("map.json"), "{\"physical_to_logical_map\": [[0,2,0,1,1,3]]}");
    String line = "simulate --trace %s --ranks 3 --current %s --policies static";
    CommandLineRun lp = CommandLineRun.of(line + " --dispatch lp", trace, map);
    assertTrue(
        lp.words()
            .contains(
                "worst layers static, last window: tight ranks, and experts to replicate"
                    + " layer 0 PAR 1.3333, rank 0: 2 (44.4 %, 1 replica)"),
        lp.out() + lp.err());
    JsonNode json = CommandLineRun.of(line + " --dispatch lp --json", trace, map).json();
    assertEquals("[0]", json.at("/policies/0/bottlenecks/0/ranks").toString());
    assertFalse(CommandLineRun.of(line, trace, map).words().contains("worst layers"));
    JsonNode even = CommandLineRun.of(line + " --json", trace, map).json();
    assertFalse(even.at("/policies/0").has("bottlenecks"));
  }

  @Test
  void theConfigurationNamesTheDispatchAndTheCommandLineWins() throws IOException {
    Files.writeString(
        folder.resolve("eplb.yaml"), "eplb_config: {dynamic_eplb: true}\ndispatch: single\n");
    String line = "plan --policy static --current %s --load %s --config %s --json";
    assertEquals("single", run(line, "first.json").json().get("dispatch").asText());
    assertEquals("lp", run(line + " --dispatch lp", "first.json").json().get("dispatch").asText());
  }

  @Test
  void aMapIsMeasuredUnderALoad() {
    CommandLineRun even = run("verify %s --load %s", "load.json");
    assertEquals(0, even.code(), even.err());
    assertTrue(
        even.words().contains("window by window mean worst PAR 1.5417 1.8333 window 1"),
        even.out());
    assertTrue(
        even.words().contains("layer 0 PAR 1.8333, rank 1: 1 (83.3 %, 1 replica), 0 (8.3 %"),
        even.out());
    CommandLineRun lp = run("verify %s --load %s --dispatch lp", "load.json");
    assertTrue(lp.words().contains("dispatch lp:"), lp.out());
    assertTrue(
        lp.words().contains("PAR 1.3333 1.6667 window 1 their sum mean p95 max PAR 1.2000"),
        lp.out());
    CommandLineRun alone = run("verify %s --load %s --dispatch lp", "first.json");
    assertTrue(alone.words().contains("mean p95 max PAR 1.0000 1.0000 1.0000"), alone.out());
    assertTrue(alone.words().contains("layer 0 PAR 1.0000, all ranks"), alone.out());
    assertFalse(alone.words().contains("window"), alone.out());
  }

  @Test
  void whatCannotBeMeasuredIsRefused() throws IOException {
    Files.writeString(folder.resolve("other.json"), "[[1,2,3,4]]");
    Files.writeString(folder.resolve("flat.json"), "{\"physical_to_logical_map\": [[0,1,0,2]]}");
    refused("verify %s --load %s", "other.json", "1 layer × 4 experts", "1 × 3; they must agree");
    refused(
        "verify %s --load %s --dispatch lpp", "first.json", "even, lp, single; did you mean lp?");
    refused("verify %s --dispatch lp", "first.json", "--dispatch has no meaning without --load");
    CommandLineRun flat =
        CommandLineRun.of(
            "verify %s --load %s", folder.resolve("flat.json"), folder.resolve("first.json"));
    assertEquals(2, flat.code());
    assertTrue(flat.err().contains("--ranks"), flat.err());
  }

  private void refused(String line, String load, String... parts) {
    CommandLineRun run = run(line, load);
    assertEquals(2, run.code(), run.out());
    for (String part : parts) {
      assertTrue(run.err().contains(part), run.err());
    }
  }
}
