package io.eplb.cli.commands;

import static io.eplb.cli.CommandLineRun.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.eplb.cli.CommandLineRun;
import io.eplb.core.registry.TestJar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DemoCommandTest {
  private static final String SMALL = "[[[90,10,10,10],[10,90,10,10]],[[10,10,10,90],[90,9,9,9]]]";

  @TempDir Path folder = Path.of(".");

  @Test
  void theExampleThatShipsIsServedAndBalanced() throws IOException {
    CommandLineRun run = CommandLineRun.of("demo --steps 96 --step-millis 10 --json");
    assertEquals("", run.err());
    JsonNode result = run.json();
    assertEquals("glm52-mixed.npy", result.get("recording").asText());
    assertEquals(75, result.get("layers").asInt());
    assertEquals(32, result.get("ranks").asInt());
    assertEquals(9, result.get("slotsPerRank").asInt());
    assertTrue(result.get("steps").asInt() >= 96, run.out());
    long slots = 75 * 288;
    long steps = result.get("steps").asLong();
    assertEquals(steps * slots, result.get("reads").asLong());
    assertEquals((steps + 1) * slots * 1024, result.get("bytesVerified").asLong());
    assertTrue(result.get("layersCommitted").asInt() >= 75, run.out());
    assertTrue(result.get("version").asInt() > 0, run.out());
    assertTrue(result.get("expertsMoved").asInt() > 1_000, run.out());
    assertTrue(
        result.get("bytesMoved").asLong() >= 1024 * result.get("expertsMoved").asLong(), run.out());
    assertEquals(0, result.get("buffersLeaked").asInt());
    assertTrue(result.get("fault").isNull());
    assertTrue(result.get("stopped").isNull());
    assertFalse(result.get("interrupted").asBoolean());
    assertTrue(
        result.at("/parAfter/mean").asDouble() < result.at("/parBefore/mean").asDouble() - 0.1,
        run.out());
    double share = result.at("/gate/share").asDouble();
    assertTrue(share >= 0.0 && share < 1.0, run.out());
    JsonNode first = result.at("/cycles/0");
    assertEquals("committed", first.get("outcome").asText());
    assertTrue(first.at("/parAfter/mean").asDouble() < first.at("/parBefore/mean").asDouble());
  }

  @Test
  void theReportForPeopleSaysWhatWasProvenAndWhatItCost() throws IOException {
    CommandLineRun run = small("--policy incremental --redundant-experts 4");
    assertEquals(0, run.code(), run.err());
    assertEquals("", run.err());
    for (String part :
        List.of(
            "2 windows × 2 layers × 4 experts",
            "2 ranks × 4 slots, 1 node, 1 group; 64 bytes per expert",
            "policy incremental, asked every",
            "every byte verified",
            "PAR before",
            "PAR after",
            "% of serving time",
            "buffers leaked 0")) {
      assertTrue(run.words().contains(part), run.out());
    }
    assertFalse(run.out().contains("\033"), "no control characters without a terminal");
  }

  @Test
  void aPolicyThatKeepsTheTableMovesNothing() throws IOException {
    CommandLineRun run = small("--policy static --json");
    JsonNode result = run.json();
    assertEquals(0, result.get("expertsMoved").asInt());
    assertEquals(0, result.get("version").asInt());
    assertEquals(0, result.at("/gate/waits").asInt());
    assertEquals("unchanged", result.at("/cycles/0/outcome").asText());
  }

  @Test
  void aRecordingOfOneWindowIsServedToo() throws IOException {
    Path load = write("load.csv", "90,10,10,10\n10,10,90,10\n");
    CommandLineRun run =
        CommandLineRun.of("demo --load %s --ranks 2 --steps 40 --step-millis 0 --json", load);
    assertEquals(1, run.json().get("windows").asInt());
  }

  @Test
  void aPolicyThatAlwaysFailsEndsInItsExitCodeAndTheEngineServesToTheEnd() throws IOException {
    new TestJar(folder)
        .source(
            "Failing",
            """
            package plugin;
            import io.eplb.api.*;
            public class Failing implements EplbPolicy {
              public String name() { return "failing"; }
              public Rebalance rebalanceExperts(
                  ExpertTable table, ExpertWorkload workload, PolicyContext context) {
                throw new IllegalStateException("no idea");
              }
            }
            """)
        .provides("plugin.Failing")
        .build("failing.jar");
    CommandLineRun run = small("--policy failing --policy-path %s", folder);
    assertEquals(3, run.code(), run.out());
    assertTrue(run.err().contains("every cycle failed"), run.err());
    assertTrue(run.out().contains("no idea"), run.out());
    assertTrue(run.out().contains("every byte verified"), run.out());
    assertFalse(run.err().contains("Exception"), run.err());
  }

  static Stream<Arguments> unusableArguments() {
    return Stream.of(
        Arguments.of("from 2 to 1000000", "--steps 1"),
        Arguments.of("from 0 to 10000", "--step-millis -1"),
        Arguments.of("from 8 to 1073741824", "--expert-bytes 0"),
        Arguments.of("multiple of 8", "--expert-bytes 12"),
        Arguments.of("slots and buffers need more than", "--expert-bytes 1073741824"),
        Arguments.of("do not divide", "--ranks 7"),
        Arguments.of("at most 256", "--ranks 512 --redundant-experts 256"),
        Arguments.of("nodes do not divide", "--nodes 5"),
        Arguments.of("did you mean default?", "--policy defualt"),
        Arguments.of("there is no option 'x'", "--option x=1"),
        Arguments.of("is not a whole number", "--seed x"),
        Arguments.of("--tsarce", "--tsarce x"));
  }

  @ParameterizedTest
  @MethodSource("unusableArguments")
  void answersUnusableArgumentsWithOneLineAndCode2(String expected, String options) {
    assertRefused(expected, "demo " + options);
  }

  @Test
  void answersAnUnusableRecordingWithOneLineAndCode2() throws IOException {
    Path trace = write("trace.json", SMALL);
    assertRefused("--ranks is missing", "demo --trace %s", trace);
    assertRefused(
        "no such file or folder", "demo --trace %s --ranks 2", folder.resolve("none.npy"));
    Path many = write("many.json", "[" + "[[1,2]],".repeat(9) + "[[1,2]]]");
    assertRefused(
        "--steps is 9; the recording has 10 windows", "demo --trace %s --ranks 2 --steps 9", many);
  }

  @Test
  void aRankIsTakenAwayUnderLoadAndGivenBackAndEveryByteIsRight() throws IOException {
    Path trace = write("six.json", "[[[9,5,4,3,2,1],[1,2,3,4,5,9]]]");
    for (String gaps : List.of("0", "1")) {
      JsonNode result =
          CommandLineRun.of(
                  "demo --trace %s --ranks 3 --redundant-experts 6 --expert-bytes 64 --steps 200"
                      + " --step-millis %s --fail 1@20 --return 1@80 --json",
                  trace, gaps)
              .json();
      assertTrue(result.get("fault").isNull(), result::toString);
      assertEquals(0, result.get("buffersLeaked").asInt());
      int lost = 0;
      int loaded = 0;
      List<String> failed = new ArrayList<>();
      List<String> returned = new ArrayList<>();
      for (JsonNode repair : result.get("repairs")) {
        assertTrue(repair.get("complete").asBoolean(), repair::toString);
        failed.add(repair.get("failed").toString());
        returned.add(repair.get("returned").toString());
        lost += repair.get("lostExperts").asInt();
        loaded += repair.get("loadedFromCheckpoint").asInt();
      }
      assertTrue(failed.contains("[1]"), failed::toString);
      assertTrue(returned.contains("[1]"), returned::toString);
      assertTrue(loaded >= lost, result::toString);
    }
  }

  @Test
  void repairsArePrintedAmongTheCycles() throws IOException {
    Path trace = write("six.json", "[[[9,5,4,3,2,1],[1,2,3,4,5,9]]]");
    CommandLineRun run =
        CommandLineRun.of(
            "demo --trace %s --ranks 4 --redundant-experts 2 --expert-bytes 64 --steps 60"
                + " --step-millis 1 --fail 3@10",
            trace);
    assertEquals(0, run.code(), run.err());
    for (String part :
        List.of(
            "repair  rank 3 failed and took ",
            " loaded from the checkpoint",
            "every expert served again after",
            "every byte verified")) {
      assertTrue(run.out().contains(part), run.out());
    }
    assertTrue(
        run.out()
            .lines()
            .filter(line -> line.startsWith("repair") || line.startsWith("        "))
            .allMatch(line -> line.length() <= 80),
        run.out());
  }

  @Test
  void outagesThatCannotBeAreRefused() {
    assertRefused("'3' is not of the form RANK@STEP, like 3@200", "demo --fail 3");
    assertRefused("rank 32 does not exist", "demo --fail 32@5");
    assertRefused("--fail: step 600 is not served", "demo --fail 3@600");
    assertRefused("--fail: rank 3 is named twice", "demo --fail 3@5,3@6");
    assertRefused("--return: rank 4 does not fail", "demo --return 4@5");
    assertRefused("it must fail before", "demo --fail 3@5 --return 3@5");
    assertRefused(
        "--fail: 252 slots would be left at step 9 for 256 experts", "demo --fail 3@5,4@6,5@7,6@9");
    assertRefused("is not a whole number", "demo --fail x@5");
  }

  private CommandLineRun small(String options, Object... values) throws IOException {
    return CommandLineRun.of(
        "demo --trace %s --ranks 2 --expert-bytes 64 --steps 48 --step-millis 0 " + options,
        write("trace.json", SMALL),
        values);
  }

  private Path write(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }
}
