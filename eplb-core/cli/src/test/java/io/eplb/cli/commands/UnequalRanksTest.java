package io.eplb.cli.commands;

import static io.eplb.cli.CommandLineRun.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.eplb.cli.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands {@code plan} and {@code simulate} on ranks that are dead or not equally fast. */
class UnequalRanksTest {
  private static final Path RECORDING = Path.of("..", "examples", "glm52-mixed.npy");

  @TempDir Path folder = Path.of(".");
  private Path load = Path.of(".");
  private Path trace = Path.of(".");
  private Path full = Path.of(".");
  private Path dead = Path.of(".");

  @BeforeEach
  void writeInputs() throws IOException {
    load = write("load.json", "[[8,4,4,2],[1,2,3,4]]");
    trace = write("trace.json", "[[[9,1,1,1]],[[8,2,1,1]],[[7,1,3,1]]]");
    full = write("full.json", map("[0,1,2,3,0,1],[0,1,2,3,2,3]"));
    // Rank 1 of three is dead.
    dead = write("dead.json", map("[0,1,-1,-1,2,3],[2,3,-1,-1,0,1]"));
  }

  @Test
  void aPlanWithoutAFailedRankHasNoneInItsReport() throws IOException {
    JsonNode report = plan("--ranks 3 --redundant-experts 2").json();
    assertEquals(0, report.get("ranksFailed").size());
    assertTrue(report.get("rankSpeeds").isNull());
    assertTrue(report.get("usableSlots").isNull());
    assertEquals(0, report.get("lostExperts").asInt());
    CommandLineRun text =
        CommandLineRun.of(
            "plan --load %s --ranks 3 --redundant-experts 2 --output %s", load, out());
    assertFalse(text.out().contains("ranks  "), text.out());
  }

  @Test
  void aFailedRankHoldsNothingInThePlanFromTheInitialLayout() throws IOException {
    CommandLineRun run = plan("--ranks 3 --redundant-experts 2 --failed 1");
    JsonNode report = run.json();
    assertEquals("[1]", report.get("ranksFailed").toString());
    assertEquals("[2,0,2]", report.get("usableSlots").toString());
    assertEquals(0, report.get("lostExperts").asInt(), "no engine runs that could lose one");
    assertTrue(run.err().contains("vLLM-Ascend's loader takes −1"), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    CommandLineRun verified = CommandLineRun.of("verify %s", out());
    assertTrue(verified.out().contains("3 ranks × 2; rank 1 is dead"), verified.out());
  }

  @Test
  void aRunningMapIsMadeToFitAndAllThatRanksReceiveIsCounted() throws IOException {
    JsonNode report = plan("--policy static --ranks 3 --current %s --failed 1", full).json();
    // Layer 0 loses experts 2 and 3 with rank 1, layer 1 none that is not on rank 2.
    assertEquals(2, report.get("lostExperts").asInt());
    assertEquals(2, report.at("/expertsMoved/total").asInt());
  }

  @Test
  void deadRanksOfTheCurrentMapStayDead() throws IOException {
    JsonNode report = plan("--ranks 3 --current %s", dead).json();
    assertEquals("[1]", report.get("ranksFailed").toString());
    assertEquals(0, report.get("lostExperts").asInt());
    assertEquals(
        "[1]",
        plan("--ranks 3 --current %s --failed 1", dead).json().get("ranksFailed").toString());
  }

  @Test
  void ranksLiveAgainIfNoneHasFailed() throws IOException {
    JsonNode report = plan("--ranks 3 --current %s --failed none", dead).json();
    assertEquals("[]", report.get("ranksFailed").toString());
    assertFalse(CommandLineRun.of("verify %s", out()).out().contains("dead"));
    assertTrue(report.at("/expertsMoved/total").asInt() >= 4, report.toString());
  }

  @Test
  void ratiosGoByTheSpeedOfRanks() throws IOException {
    Path even = write("even.json", "[[3,3,3,3]]");
    CommandLineRun run =
        CommandLineRun.of(
            "plan --load %s --ranks 2 --policy static --rank-speed 1,0.5 --output %s --json",
            even, out());
    JsonNode report = run.json();
    assertEquals((6 / 0.5) / (12 / 1.5), report.at("/parAfter/mean").asDouble(), 1e-12);
    assertEquals("[1.0,0.5]", report.get("rankSpeeds").toString());
    CommandLineRun text =
        CommandLineRun.of(
            "plan --load %s --ranks 2 --policy static --rank-speed %s --output %s --force",
            even, write("speeds", "[1, 0.5]"), out());
    assertTrue(text.out().contains("rank 1 has speed 0.5"), text.out());
    assertTrue(text.out().contains("PAR is that of load ÷ speed"), text.out());
    assertTrue(text.out().contains("1.5000"), text.out());
  }

  @Test
  void oneSlowRankOfTheExampleCostsIncrementalLessThanAPercent() throws IOException {
    String speeds = String.join(",", Collections.nCopies(31, "1")) + ",0.5";
    String line =
        "plan --load %s --ranks 32 --redundant-experts 32 --window 0:0 --output %s --force --json";
    double equal = CommandLineRun.of(line, RECORDING, out()).json().at("/parAfter/mean").asDouble();
    double slow =
        CommandLineRun.of(line + " --rank-speed %s", RECORDING, out(), speeds)
            .json()
            .at("/parAfter/mean")
            .asDouble();
    assertTrue(slow <= 1.01 * equal, slow + " against " + equal);
  }

  @Test
  void theConfigurationSetsFailedRanksAndSpeedsAndTheCommandLineWins() throws IOException {
    Path config =
        write(
            "eplb.yaml",
            """
            topology: {ranks: 3, failed_ranks: [1], rank_speed: [1, 1, 0.5]}
            num_redundant_experts: 2
            """);
    JsonNode report = plan("--config %s", config).json();
    assertEquals("[1]", report.get("ranksFailed").toString());
    assertEquals("[1.0,1.0,0.5]", report.get("rankSpeeds").toString());
    JsonNode won = plan("--config %s --failed 2 --rank-speed 2,2,2", config).json();
    assertEquals("[2]", won.get("ranksFailed").toString());
    assertEquals("[2.0,2.0,2.0]", won.get("rankSpeeds").toString());
    assertEquals(0, CommandLineRun.of("config check %s", config).code());
    JsonNode shown = CommandLineRun.of("config show --config %s --json", config).json();
    assertEquals("1", shown.at("/topology.failed_ranks/value").asText());
    assertEquals("1,1,0.5", shown.at("/topology.rank_speed/value").asText());
    assertTrue(
        CommandLineRun.of("config show").out().contains("topology.rank_speed                null"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --failed 3                | --failed: rank 3 does not exist; ranks are 0 to 2
          --failed 1,1              | --failed: rank 1 is named twice
          --failed x                | --failed: "x" is no rank
          --failed=                 | --failed: "" is no rank
          --failed 1.5              | --failed: "1.5" is no rank
          --failed -1               | -1
          --failed                  | --failed
          --rank-speed 1,1          | --rank-speed has 2 speeds for 3 ranks; give one per rank
          --rank-speed 1,0,1        | the speed of rank 1 is 0.0; it must be between 0.001 and 1000.0
          --rank-speed 1,NaN,1      | "1,NaN,1" is neither a list of numbers nor a file
          --rank-speed 1,1,1001     | the speed of rank 2 is 1001.0
          --rank-speed 1,1,-1       | the speed of rank 2 is -1.0
          --rank-speed none.csv     | "none.csv" is neither a list of numbers nor a file
          --rank-speed=             | is blank
          """)
  void ranksThatCannotBeAreAnsweredWithOneLineAndCode2(String options, String expected) {
    assertRefused(
        expected,
        "plan --load %s --ranks 3 --redundant-experts 2 --output %s " + options,
        load,
        out());
    assertRefused(
        expected,
        "simulate --trace %s --ranks 3 --redundant-experts 2 --policies static " + options,
        trace);
    assertFalse(Files.exists(out()));
  }

  @Test
  void aFaultInAFileOfSpeedsIsNamedAndTheFileStays() throws IOException {
    Path speeds = write("speeds.csv", "1\n0\n1\n");
    assertRefused(
        "--rank-speed: " + speeds + ": line 2 is \"0\"; expected a speed",
        "plan --load %s --ranks 3 --redundant-experts 2 --output %s --rank-speed %s",
        load,
        out(),
        speeds);
    assertRefused(
        "is the input",
        "plan --load %s --ranks 3 --redundant-experts 2 --output %s --rank-speed %s --force",
        load,
        speeds,
        speeds);
    assertRefused(
        "standard input can be read only once",
        "plan --load - --ranks 3 --output %s --rank-speed -",
        out());
    assertEquals("1\n0\n1\n", Files.readString(speeds));
  }

  @Test
  void failedRanksThatContradictTheCurrentMapAreRefused() {
    assertRefused(
        "--failed leaves out rank 1, dead in " + dead + "; name every failed rank: 1,2",
        "plan --load %s --ranks 3 --current %s --failed 2 --output %s",
        load,
        dead,
        out());
  }

  @Test
  void tooFewSlotsOnLivingRanksEndWithCode3BeforeAnythingIsWritten() {
    CommandLineRun run =
        CommandLineRun.of(
            "plan --load %s --ranks 3 --current %s --failed 1,2 --output %s", load, full, out());
    assertEquals(3, run.code(), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().contains("2 usable slots for 4 experts"), run.err());
    assertFalse(Files.exists(out()));
    assertEquals(
        3,
        CommandLineRun.of(
                "simulate --trace %s --ranks 3 --policies static --redundant-experts 2 --failed 0,1,2",
                trace)
            .code());
  }

  @Test
  void tokensOnASlotWithoutAnExpertAreRefused() throws IOException {
    Path workload = write("workload.json", "[[[1,1],[0,0],[1,1]],[[1,1],[0,2],[1,1]]]");
    assertRefused(
        workload
            + ": I2: layer 1, rank 1, slot 1 has 2.0 tokens, and the current map has no expert",
        "plan --workload %s --ranks 3 --current %s --output %s",
        workload,
        dead,
        out());
  }

  @Test
  void aWorkloadThatWasMeasuredBeforeTheFailureCounts() throws IOException {
    Path workload = write("workload.json", "[[[8,1],[1,1],[2,3]],[[1,1],[1,1],[1,1]]]");
    CommandLineRun run =
        CommandLineRun.of(
            "plan --workload %s --ranks 3 --current %s --failed 1 --output %s --json",
            workload, full, out());
    assertEquals("[1]", run.json().get("ranksFailed").toString());
  }

  @Test
  void everyPolicyOfASimulationHasTheSameRanks() throws IOException {
    CommandLineRun run =
        CommandLineRun.of(
            "simulate --trace %s --ranks 3 --redundant-experts 2 --failed 1 --rank-speed 1,1,0.5"
                + " --policies default,incremental,static,clairvoyant --json",
            trace);
    JsonNode result = run.json();
    assertEquals("[1]", result.get("ranksFailed").toString());
    assertEquals("[2,0,2]", result.get("usableSlots").toString());
    assertEquals("[1.0,1.0,0.5]", result.get("rankSpeeds").toString());
    for (JsonNode policy : result.get("policies")) {
      assertEquals(0, policy.get("failedPlans").asInt(), policy.toString());
      for (JsonNode window : policy.get("windows")) {
        double bound = window.get("lowerBoundNextWindow").asDouble();
        assertTrue(bound >= 1.0 && bound <= window.get("parNextWindow").asDouble() + 1e-12);
      }
    }
  }

  @Test
  void aSimulationSaysWhichRanksAreDeadOrSlow() throws IOException {
    Path page = folder.resolve("page.html");
    CommandLineRun run =
        CommandLineRun.of(
            "simulate --trace %s --ranks 3 --current %s --rank-speed 1,1,0.5 --policies static"
                + " --report %s",
            trace, write("one.json", map("[0,1,-1,-1,2,3]")), page);
    assertEquals(0, run.code(), run.err());
    String words = "2 of 3 live; rank 1 is dead; rank 2 has speed 0.5; PAR is that of load ÷ speed";
    assertTrue(run.words().contains(words), run.out());
    assertTrue(Files.readString(page).contains(words));
  }

  @Test
  void aSimulationOfEqualSpeedsIsThatWithoutSpeeds() throws IOException {
    String line =
        "simulate --trace %s --ranks 2 --redundant-experts 2 --policies default,static,incremental"
            + " --json";
    JsonNode plain = CommandLineRun.of(line, trace).json();
    JsonNode equal = CommandLineRun.of(line + " --rank-speed 1,1", trace).json();
    for (int at = 0; at < plain.get("policies").size(); at++) {
      for (String figure : List.of("parNextWindow", "parSameWindow", "lowerBound")) {
        assertEquals(
            plain.get("policies").get(at).get(figure), equal.get("policies").get(at).get(figure));
      }
    }
  }

  @Test
  void aPlanOnEqualSpeedsIsThatWithoutSpeeds() throws IOException {
    String line = "plan --load %s --ranks 2 --redundant-experts 2 --output %s";
    Path plain = folder.resolve("plain.json");
    assertEquals(0, CommandLineRun.of(line, load, plain).code());
    assertEquals(0, CommandLineRun.of(line + " --rank-speed 1,1", load, out()).code());
    assertArrayEquals(Files.readAllBytes(plain), Files.readAllBytes(out()));
  }

  private CommandLineRun plan(String options, Object... values) {
    Object[] all = new Object[values.length + 2];
    all[0] = load;
    all[1] = out();
    System.arraycopy(values, 0, all, 2, values.length);
    return CommandLineRun.of("plan --load %s --output %s --force --json " + options, all);
  }

  private Path out() {
    return folder.resolve("out.json");
  }

  private static String map(String rows) {
    return "{\"physical_to_logical_map\": [" + rows + "]}";
  }

  private Path write(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }
}
