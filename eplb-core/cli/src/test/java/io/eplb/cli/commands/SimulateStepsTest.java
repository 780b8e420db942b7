package io.eplb.cli.commands;

import static io.eplb.cli.CommandLineRun.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The single steps of {@code eplb simulate}, and the dispatch that they are scored under. */
class SimulateStepsTest {
  private static final Path DECODING = Path.of("..", "examples", "gptoss20b-decode-steps.npy");

  @TempDir Path folder = Path.of(".");
  private Path trace = Path.of(".");

  @BeforeEach
  void writeTrace() throws IOException {
    // In windows experts 0 and 1 have as many tokens; in steps one of them is hot.
    trace =
        Files.writeString(
            folder.resolve("trace.json"),
            "[[[3,1,2,0]],[[1,3,0,2]],[[3,1,2,0]],[[1,3,0,2]],[[3,1,2,0]],[[1,3,0,2]]]");
  }

  @Test
  void stepsAreScoredBesideWindows() throws IOException {
    JsonNode json = json("--ranks 4 --policies static --steps-per-window 2");
    assertEquals("even", json.get("dispatch").asText());
    assertEquals("tokens", json.get("measure").asText());
    JsonNode kept = json.at("/policies/0");
    assertEquals(4.0 / 3, kept.at("/parNextWindow/mean").asDouble(), 1e-12);
    for (String figure : new String[] {"mean", "p50", "p95", "p99"}) {
      assertEquals(2.0, kept.at("/parPerStep/" + figure).asDouble(), 1e-12);
    }
    assertEquals(2.0, kept.at("/windows/1/parPerStepP95").asDouble(), 1e-12);
    assertFalse(kept.has("activatedPerStep"));
    assertFalse(kept.has("stepMicros"));
    assertFalse(kept.has("paidAfterSteps"));
  }

  @Test
  void windowsWithoutStepsHaveNoFiguresOfSteps() throws IOException {
    JsonNode json = json("--ranks 4 --policies static");
    assertFalse(json.has("measure"));
    assertFalse(json.at("/policies/0").has("parPerStep"));
    assertFalse(json.at("/policies/0/windows/0").has("parPerStep"));
    String text = run("--ranks 4 --policies static").out();
    assertFalse(text.contains("single steps"), text);
    assertFalse(text.contains("dispatch"), text);
  }

  @Test
  void aRecordedWindowIsAStepWhereAMeasureIsGiven() throws IOException {
    JsonNode kept = json("--ranks 4 --policies static --measure tokens").at("/policies/0");
    assertEquals(
        kept.at("/parNextWindow/mean").asDouble(), kept.at("/parPerStep/mean").asDouble(), 1e-12);
  }

  @Test
  void expertsThatAreReadAndTimesArePredicted() throws IOException {
    JsonNode json =
        json(
            "--ranks 4 --policies static --steps-per-window 2 --measure activated"
                + " --step-time 10,1,100");
    assertEquals(10, json.at("/stepTime/fixed").asInt());
    assertEquals(100, json.at("/stepTime/perExpert").asInt());
    JsonNode kept = json.at("/policies/0");
    // A rank reads its one expert; three of four are active.
    assertEquals(4.0 / 3, kept.at("/activatedPerStep/mean").asDouble(), 1e-12);
    assertEquals(113, kept.at("/stepMicros/p99").asDouble(), 1e-12);
    assertEquals(113, kept.at("/windows/0/stepMicros").asDouble(), 1e-12);
    assertEquals(113, kept.at("/stepMicrosPerLayer/0").asDouble(), 1e-12);
    assertFalse(kept.has("moveMicros"));
    assertFalse(kept.has("stepMicrosWithMoves"));
  }

  @Test
  void movesAreTimedAndPaidForOrNever() throws IOException {
    String moves = " --expert-bytes 1000000 --link-gbps 8";
    JsonNode json =
        json("--ranks 2 --policies static,random --steps-per-window 2 --step-time 0,1,0" + moves);
    assertEquals(8, json.get("linkGbps").asInt());
    JsonNode kept = json.at("/policies/0");
    assertEquals(0, kept.at("/moveMicros/first").asInt());
    assertEquals(0, kept.at("/paidAfterSteps/first").asInt());
    JsonNode timed =
        json(
            "--ranks 2 --redundant-experts 2 --policies random --steps-per-window 2 --step-time 9,0,0"
                + moves);
    JsonNode moved = timed.at("/policies/0");
    assertTrue(moved.at("/moveMicros/first").asDouble() > 0, moved.toString());
    assertTrue(moved.at("/paidAfterSteps/first").isNull(), moved.toString());
    String text =
        run("--ranks 2 --redundant-experts 2 --policies random --steps-per-window 2 --step-time 9,0,0"
                + moves)
            .out();
    assertTrue(text.contains("never"), text);
    assertTrue(text.lines().allMatch(line -> line.length() <= 80), text);
    assertEquals(
        moved.at("/stepMicros/mean").asDouble()
            + (moved.at("/windows/0/moveMicros").asDouble()
                    + moved.at("/windows/1/moveMicros").asDouble())
                / 4,
        moved.get("stepMicrosWithMoves").asDouble(),
        1e-9);
  }

  @Test
  void aPolicyPlansFromTheLatestSteps() throws IOException {
    JsonNode json =
        json("--ranks 2 --policies static,default --steps-per-window 2 --plan-from-steps 1");
    assertEquals(1, json.get("planFromSteps").asInt());
    String text = run("--ranks 2 --policies static --plan-from-steps 3").out();
    assertTrue(text.contains("the last 3 steps, one by one"), text);
  }

  @Test
  void theDispatchIsNamedWhereItIsNotEven() throws IOException {
    JsonNode json = json("--ranks 2 --redundant-experts 2 --policies static --dispatch lp");
    assertEquals("lp", json.get("dispatch").asText());
    String text = run("--ranks 2 --policies static --dispatch single").out();
    assertTrue(text.contains("single: all tokens of an expert"), text);
    Path config = Files.writeString(folder.resolve("eplb.yaml"), "dispatch: lp\n");
    JsonNode configured = json("--ranks 2 --policies static --config " + config);
    assertEquals("lp", configured.get("dispatch").asText());
  }

  /** The figures of the method's description, on the recording that ships. */
  @ParameterizedTest
  @CsvSource({
    "0, even, 1.017, 1.117",
    "8, even, 1.271, 1.103",
    "32, even, 2.034, 1.06",
    "8, lp, 1.271, 1.03",
  })
  void readAndPeakOfDecodingFollowRedundancyAndDispatch(
      int redundant, String dispatch, double read, double par) throws IOException {
    JsonNode json =
        CommandLineRun.of(
                "simulate --trace %s --ranks 8 --redundant-experts %s --policies default"
                    + " --steps-per-window 32 --measure activated --dispatch %s --json",
                DECODING, redundant, dispatch)
            .json();
    JsonNode planned = json.at("/policies/0");
    assertEquals(read, planned.at("/activatedPerStep/mean").asDouble(), 1e-3);
    assertEquals(par, planned.at("/parPerStep/mean").asDouble(), 2e-2);
  }

  @Test
  void stepsAsScenariosBalanceStepsBetterThanTheirSum() throws IOException {
    String common =
        "simulate --trace %s --ranks 8 --redundant-experts 8 --policies incremental"
            + " --steps-per-window 32 --json ";
    double ofSums =
        CommandLineRun.of(common, DECODING).json().at("/policies/0/parPerStep/mean").asDouble();
    double ofSteps =
        CommandLineRun.of(common + "--plan-from-steps 16", DECODING)
            .json()
            .at("/policies/0/parPerStep/mean")
            .asDouble();
    assertTrue(ofSteps < ofSums - 0.01, ofSteps + " against " + ofSums);
    assertTrue(ofSteps < 1.085, String.valueOf(ofSteps));
  }

  static Stream<Arguments> unusableOptions() {
    return Stream.of(
        Arguments.of("did you mean single?", "--dispatch singel"),
        Arguments.of("neither tokens nor activated", "--measure experts"),
        Arguments.of("not three numbers between commas, such as 20,0.01,6", "--step-time 20,1"),
        Arguments.of("not three numbers between commas, such as", "--step-time 20,x,1"),
        Arguments.of("all parts of a step's time are 0", "--step-time 0,0,0"),
        Arguments.of("--link-gbps needs --expert-bytes", "--link-gbps 100"),
        Arguments.of("from 1 to 1024", "--plan-from-steps 0"),
        Arguments.of("exclude each other", "--plan-from-steps 4 --estimator ema"));
  }

  @ParameterizedTest
  @MethodSource("unusableOptions")
  void anUnusableOptionIsRefusedWithOneLine(String expected, String options) {
    assertRefused(expected, "simulate --trace %s --ranks 4 --policies static " + options, trace);
  }

  private JsonNode json(String options) throws IOException {
    return run(options + " --json").json();
  }

  private CommandLineRun run(String options) {
    return CommandLineRun.of("simulate --trace %s " + options, trace);
  }
}
