package io.eplb.cli.commands;

import static io.eplb.cli.CommandLineRun.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.eplb.cli.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DiffCommandTest {
  @TempDir Path folder = Path.of(".");
  private Path before = Path.of(".");
  private Path after = Path.of(".");

  @BeforeEach
  void writeMaps() throws IOException {
    // Two ranks of three slots. Rank 1 of layer 0 swaps its slots and receives expert 0.
    before = write("old.json", "{\"physical_to_logical_map\":[[0,1,2,3,4,1],[0,1,2,3,4,0]]}");
    after = write("new.json", "{\"physical_to_logical_map\":[[0,1,2,4,3,0],[3,1,2,3,4,0]]}");
  }

  @Test
  void expertsMovedAreCountedPerLayerAndPerRank() throws IOException {
    JsonNode report = json("--ranks 2 --expert-bytes 1000000 --link-gbps 0.5");
    assertEquals(2, report.at("/expertsMoved/total").asInt());
    assertEquals("[1,1]", report.at("/expertsMoved/perLayer").toString());
    assertEquals("[1,1]", report.at("/expertsMoved/perRank").toString());
    assertEquals(4, report.get("slotsRewritten").asInt());
    assertEquals(0, report.at("/busiestRank/rank").asInt());
    assertEquals(2_000_000, report.at("/bytes/total").asLong());
    assertEquals(1_000_000, report.at("/bytes/busiestRank").asLong());
    // One round per layer, one layer after another; the ranks could receive at the same time.
    assertEquals(0.032, report.get("seconds").asDouble(), 1e-12);
    assertEquals(0.016, report.get("secondsLowerBound").asDouble(), 1e-12);
  }

  @Test
  void peopleReadTotalsLayersAndRanks() {
    CommandLineRun run =
        CommandLineRun.of("diff %s %s --ranks 2 --expert-bytes 1024", before, after);
    assertEquals(0, run.code(), run.err());
    assertTrue(
        run.out().contains("experts moved    2, 1.0 per layer, in 2 of 2 layers"), run.out());
    assertTrue(run.out().contains("2,048 in total, 1,024 to the busiest rank"), run.out());
    assertTrue(run.out().contains("2 layers × 5 experts on 2 ranks × 3 slots"), run.out());
    assertTrue(
        run.out()
            .contains("     0         1         1         1         1         4  1 receives 1"),
        run.out());
  }

  @Test
  void aMapDoesNotDifferFromItself() {
    CommandLineRun run = CommandLineRun.of("diff %s %s --ranks 2", before, before);
    assertEquals(0, run.code(), run.err());
    assertTrue(run.out().contains("experts moved    0"), run.out());
  }

  @Test
  void aDeadRankLeavesAndGivesNoExpert() throws IOException {
    // Rank 1 dies with the only replica of experts 2 and 3 in layer 0, and of none in layer 1.
    Path full = write("full.json", "{\"physical_to_logical_map\":[[0,1,2,3,0,1],[0,1,0,1,2,3]]}");
    Path dead =
        write("dead.json", "{\"physical_to_logical_map\":[[0,2,-1,-1,3,1],[0,1,-1,-1,2,3]]}");
    CommandLineRun run = CommandLineRun.of("diff %s %s --ranks 3 --json", full, dead);
    JsonNode report = run.json();
    assertEquals("[1]", report.get("ranksFailed").toString());
    assertEquals("[1]", report.get("ranksLeaving").toString());
    assertEquals("[]", report.get("ranksReturning").toString());
    assertEquals("[2,0]", report.at("/expertsMoved/perLayer").toString());
    assertEquals("[1,0,1]", report.at("/expertsMoved/perRank").toString());
    assertEquals(2, report.at("/transferPlan/reloads").asInt());
    assertEquals(0, report.at("/transferPlan/transfers").asInt());
    assertTrue(noSourceIs(report, 1), report.toString());
    CommandLineRun text = CommandLineRun.of("diff %s %s --ranks 3", full, dead);
    assertTrue(
        text.out().contains("leaving          rank 1; no expert comes from there"), text.out());
    assertTrue(text.out().contains("ranks after      rank 1 is dead"), text.out());
  }

  @Test
  void aRankThatReturnsReceivesAllOfItsExperts() throws IOException {
    Path dead =
        write("dead.json", "{\"physical_to_logical_map\":[[0,2,-1,-1,3,1],[0,1,-1,-1,2,3]]}");
    Path full = write("full.json", "{\"physical_to_logical_map\":[[0,2,1,3,3,1],[0,1,0,2,2,3]]}");
    JsonNode report = CommandLineRun.of("diff %s %s --ranks 3 --json", dead, full).json();
    assertEquals("[]", report.get("ranksFailed").toString());
    assertEquals("[1]", report.get("ranksReturning").toString());
    assertEquals("[0,4,0]", report.at("/expertsMoved/perRank").toString());
    assertEquals(4, report.at("/transferPlan/transfers").asInt());
    assertTrue(noSourceIs(report, 1), report.toString());
    CommandLineRun text = CommandLineRun.of("diff %s %s --ranks 3", dead, full);
    assertTrue(text.out().contains("returning        rank 1"), text.out());
  }

  @Test
  void noExpertOfTheExampleComesFromADeadRank() throws IOException {
    Path full = folder.resolve("full.json");
    Path dead = folder.resolve("dead.json");
    Path example = Path.of("..", "examples", "glm52-mixed.npy");
    String plan = "plan --load %s --ranks 32 --redundant-experts 32 --policy default --output %s";
    assertEquals(0, CommandLineRun.of(plan, example, full).code());
    assertEquals(
        0, CommandLineRun.of(plan + " --current %s --failed 3,9", example, dead, full).code());
    JsonNode there = CommandLineRun.of("diff %s %s --nodes 4 --json", full, dead).json();
    JsonNode back = CommandLineRun.of("diff %s %s --nodes 4 --json", dead, full).json();
    assertTrue(noSourceIs(there, 3) && noSourceIs(there, 9));
    assertTrue(there.at("/transferPlan/reloads").asInt() > 0);
    assertEquals(0, there.at("/expertsMoved/perRank/3").asInt());
    assertEquals(75 * 9, back.at("/expertsMoved/perRank/9").asInt());
  }

  /** Returns whether no copy between ranks reads a rank. */
  private static boolean noSourceIs(JsonNode report, int rank) {
    for (JsonNode layer : report.at("/transferPlan/layers")) {
      for (JsonNode round : layer.get("rounds")) {
        for (JsonNode transfer : round.get("transfers")) {
          if (transfer.at("/source/rank").asInt(-1) == rank) {
            return false;
          }
        }
      }
    }
    return true;
  }

  static Stream<Arguments> unusableArguments() {
    return Stream.of(
        Arguments.of("give --ranks", ""),
        Arguments.of("do not divide", "--ranks 4"),
        Arguments.of("from 1 to 65536", "--ranks 0"),
        Arguments.of("from 1 to", "--ranks 2 --expert-bytes 0"),
        Arguments.of("from 1 to", "--ranks 2 --expert-bytes 1.5"),
        Arguments.of("from 1 to", "--ranks 2 --expert-bytes 9e9"),
        Arguments.of("from 1 to 65536", "--ranks 2 --sends-per-rank 0"),
        Arguments.of("from 1 to 65536", "--ranks 2 --receives-per-rank 65537"),
        Arguments.of("from 1 to 65536", "--ranks 2 --buffers-per-rank many"),
        Arguments.of("from 1 to 65536", "--ranks 2 --nodes -1"),
        Arguments.of("between 1 and 2", "--ranks 2 --nodes 3"),
        Arguments.of(
            "more than 292 years", "--ranks 2 --expert-bytes 1000000000000000 --link-gbps 1e-6"),
        Arguments.of("is not a number", "--ranks 2 --expert-bytes 1 --link-gbps Infinity"),
        Arguments.of("is not a number", "--ranks 2 --expert-bytes 1 --link-gbps -1"),
        Arguments.of("needs --expert-bytes", "--ranks 2 --link-gbps 1"),
        Arguments.of("is not a number", "--ranks 2 --expert-bytes 1 --link-gbps NaN"),
        Arguments.of("is not a number", "--ranks 2 --expert-bytes 1 --link-gbps 0"));
  }

  @ParameterizedTest
  @MethodSource("unusableArguments")
  void answersUnusableArgumentsWithOneLineAndCode2(String expected, String options) {
    assertRefused(expected, "diff %s %s " + options, before, after);
  }

  @Test
  void mapsOfDifferentShapesAreRefused() throws IOException {
    Path other = write("other.json", "{\"physical_to_logical_map\":[[0,1,2,3,4,1]]}");
    assertRefused("they must agree", "diff %s %s --ranks 2", before, other);
    assertRefused("none.json", "diff %s %s --ranks 2", before, folder.resolve("none.json"));
    assertRefused("only once", "diff - - --ranks 2");
  }

  private JsonNode json(String options) throws IOException {
    return CommandLineRun.of("diff %s %s --json " + options, before, after).json();
  }

  private Path write(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }
}
