package io.eplb.cli.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.eplb.cli.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RescaleCommandTest {
  private static final Path RECORDING = Path.of("..", "examples", "glm52-mixed.npy");

  @TempDir Path folder = Path.of(".");

  @Test
  void growingAndShrinkingTheExampleMovesNoMoreThanTheBoundAndOnePlanBalancesIt()
      throws IOException {
    Path start = folder.resolve("start.json");
    double fresh = par(plan(start, "--ranks 32 --redundant-experts 32"));
    Path grown = folder.resolve("grown.json");
    JsonNode growth = rescale(start, 36, grown);
    assertEquals(36 * 75, growth.at("/copies/total").asInt());
    assertEquals(36 * 75, growth.at("/copies/lowerBound").asInt());
    assertTrue(par(growth) < 1.05, growth.get("parAfter").toString());

    Path planned = folder.resolve("planned.json");
    plan(planned, "--current %s", grown);
    for (Path before : new Path[] {grown, planned}) {
      Path shrunk = folder.resolve("shrunk-" + before.getFileName());
      JsonNode shrinkage = rescale(before, 32, shrunk);
      assertEquals("[32,33,34,35]", shrinkage.get("leaving").toString());
      assertEquals(shrinkage.at("/copies/lowerBound"), shrinkage.at("/copies/total"));
      double after =
          par(plan(folder.resolve("after-" + before.getFileName()), "--current %s", shrunk));
      assertTrue(after <= 1.01 * fresh, after + " after rescaling, " + fresh + " from scratch");
    }
  }

  @Test
  void onePlanWithoutALimitOfMovesBalancesTheNewRanksOfTheExample() throws IOException {
    Path start = folder.resolve("start.json");
    plan(start, "--ranks 32 --redundant-experts 32");
    Path grown = folder.resolve("grown.json");
    rescale(start, 36, grown);
    double after =
        par(
            plan(
                folder.resolve("after.json"),
                "--current %s --option max-moves-per-layer=0",
                grown));
    double fresh = par(plan(folder.resolve("fresh.json"), "--ranks 36 --redundant-experts 68"));
    assertTrue(after <= 1.01 * fresh, after + " after rescaling, " + fresh + " from scratch");
  }

  private static JsonNode plan(Path output, String options, Object... values) throws IOException {
    return CommandLineRun.of(
            "plan --load %s --output %s --json " + options,
            Stream.concat(Stream.of(RECORDING, output), Stream.of(values)).toArray())
        .json();
  }

  private static JsonNode rescale(Path current, int ranks, Path output) throws IOException {
    return CommandLineRun.of(
            "rescale --current %s --ranks %s --load %s --output %s --json",
            current, ranks, RECORDING, output)
        .json();
  }

  private static double par(JsonNode report) {
    return report.at("/parAfter/mean").asDouble();
  }

  @Test
  void theReportNamesRanksThatLeaveJoinAndCloseUp() throws IOException {
    Path map = sglang("[[0,1,2,3,0,1]]");
    CommandLineRun grown =
        CommandLineRun.of(
            "rescale --current %s --current-ranks 3 --ranks 4 --output %s",
            map, folder.resolve("grown.json"));
    assertEquals(0, grown.code(), grown.err());
    assertTrue(grown.out().contains("3 ranks × 2 → 4 ranks × 2"), grown.out());
    assertTrue(grown.out().contains("1 rank, from number 3 on"), grown.out());
    assertTrue(grown.out().contains("2, 2.0 per layer; the lower bound is 2"), grown.out());
    CommandLineRun shrunk =
        CommandLineRun.of(
            "rescale --current %s --current-ranks 3 --ranks 2 --leaving 1 --output %s",
            map, folder.resolve("shrunk.json"));
    assertEquals(0, shrunk.code(), shrunk.err());
    assertTrue(shrunk.out().contains("rank 1; the ranks behind close up"), shrunk.out());
    JsonNode json =
        CommandLineRun.of(
                "rescale --current %s --current-ranks 3 --ranks 2 --leaving 1 --json --output %s",
                map, folder.resolve("shrunk2.json"))
            .json();
    assertEquals("[0,2]", json.get("formerRanks").toString());
    assertEquals(2, json.get("steps").size());
    assertEquals(1, json.at("/steps/0/source").asInt());
  }

  @Test
  void ranksThatAreDeadInTheMapAreGivenBack() throws IOException {
    Path map = sglang("[[0,1,2,3,0,1]]");
    Path failed = folder.resolve("failed.json");
    CommandLineRun.of("repair --current %s --ranks 3 --failed 2 --output %s --json", map, failed)
        .json();
    Path back = folder.resolve("back.json");
    CommandLineRun run =
        CommandLineRun.of("rescale --current %s --ranks 3 --output %s", failed, back);
    assertEquals(0, run.code(), run.err());
    assertEquals("", run.err());
    assertFalse(Files.readString(back).contains("-1"));
    JsonNode smaller =
        CommandLineRun.of(
                "rescale --current %s --ranks 2 --output %s --json",
                failed, folder.resolve("two.json"))
            .json();
    assertEquals("[2]", smaller.get("leaving").toString());
    assertEquals(0, smaller.at("/copies/total").asInt());
  }

  @Test
  void tooFewSlotsEndWithCodeThreeBeforeAnythingIsWritten() throws IOException {
    Path output = folder.resolve("small.json");
    CommandLineRun run =
        CommandLineRun.of(
            "rescale --current %s --current-ranks 3 --ranks 1 --output %s",
            sglang("[[0,1,2,3,0,1]]"), output);
    assertEquals(3, run.code());
    assertTrue(run.err().contains("1 usable slot") || run.err().contains("2 usable slots"));
    assertTrue(run.err().contains("layer 0: experts "), run.err());
    assertFalse(Files.exists(output));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--ranks 0|'0' is not a whole number from 1 to",
        "--ranks 2 --slots 0|'0' is not a whole number from 1 to",
        "--ranks 2 --leaving 3|--leaving: rank 3 does not exist; ranks are 0 to 2",
        "--ranks 1 --slots 4 --leaving 2|from 3 ranks to 1 2 leave",
        "--ranks 3 --leaving 2|from 3 ranks to 3 none leaves",
        "--ranks 2 --leaving 2,2|rank 2 is named twice",
        "|--ranks",
      })
  void nonsenseIsRefused(String callAndReason) throws IOException {
    String[] parts = callAndReason.split("\\|", -1);
    CommandLineRun.assertRefused(
        parts[1],
        ("rescale --current %s --current-ranks 3 --output %s " + parts[0]).strip(),
        sglang("[[0,1,2,3,0,1]]"),
        folder.resolve("new.json"));
  }

  @Test
  void aMapThatDoesNotSayItsRanksNeedsThem() throws IOException {
    CommandLineRun.assertRefused(
        "give --current-ranks",
        "rescale --current %s --ranks 2 --output %s",
        sglang("[[0,1,2,3,0,1]]"),
        folder.resolve("new.json"));
  }

  private Path sglang(String rows) throws IOException {
    return Files.writeString(
        folder.resolve("map.json"), "{\"physical_to_logical_map\": " + rows + "}");
  }
}
