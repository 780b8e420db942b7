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
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BenchCommandTest {
  private static final Path RECORDING = Path.of("..", "examples", "glm52-mixed.npy");
  private static final String SMALL = "[[[9,1,1,1]],[[8,2,1,1]],[[7,1,3,1]]]";

  @TempDir Path folder = Path.of(".");

  /**
   * The figures that ADRS's own evaluator gives DeepSeek's own code on the shipped recording, where
   * equal loads are ordered by index. It computes in single precision.
   */
  @Test
  void theRatioOfSumsIsThatOfAdrssEvaluatorOnDeepSeeksPlacements() throws IOException {
    JsonNode results =
        CommandLineRun.of(
                "bench --trace %s --ranks 32,32 --redundant-experts 32 --nodes 4,1 --groups 8,1"
                    + " --policies default:exact-reference=true --duplicates allow --repeat 1 --json",
                RECORDING)
            .json()
            .get("results");
    assertEquals(0.8228816, ratio(results.get(0), "ranks"), 1e-6);
    assertEquals(0.3642874, ratio(results.get(0), "slots"), 1e-6);
    assertEquals(0.8291493, ratio(results.get(1), "ranks"), 1e-6);
    assertEquals(0.3671498, ratio(results.get(1), "slots"), 1e-6);
  }

  private static double ratio(JsonNode result, String of) {
    return result.at("/policies/0/ratioOfSums/" + of).asDouble();
  }

  @Test
  void parAndMovesAreThoseOfSimulate() throws IOException {
    JsonNode bench =
        CommandLineRun.of(
                "bench --trace %s --ranks 32 --redundant-experts 32 --policies default,incremental"
                    + " --repeat 1 --json",
                RECORDING)
            .json();
    JsonNode simulated =
        CommandLineRun.of(
                "simulate --trace %s --ranks 32 --redundant-experts 32 --policies"
                    + " default,incremental --estimator ema --json",
                RECORDING)
            .json();
    for (int at = 0; at < 2; at++) {
      JsonNode here = bench.at("/results/0/policies/" + at);
      JsonNode there = simulated.at("/policies/" + at);
      for (String figure : List.of("policy", "parNextWindow", "expertsMovedPerLayer")) {
        assertEquals(there.get(figure), here.get(figure));
      }
      for (String plans : List.of("firstPlan", "laterPlans")) {
        assertTrue(here.get(plans).get("planMillis").asDouble() > 0.0);
        assertTrue(here.get(plans).get("planOverSort").asDouble() > 0.0);
      }
    }
  }

  @Test
  void everyRecordingIsReplayedOnEveryGroupByEveryPolicy() throws IOException {
    Path one = write("one.json", SMALL);
    Path two = write("two.json", "[[[1,2,3,4],[4,3,2,1]],[[1,1,1,1],[2,1,1,1]]]");
    JsonNode result =
        CommandLineRun.of(
                "bench --trace %s %s --ranks 2,4 --redundant-experts 2,4 --repeat 1 --json",
                one, two)
            .json();
    assertEquals(0.25, result.get("alpha").asDouble());
    assertEquals("even", result.get("dispatch").asText());
    assertEquals(
        List.of("one.json 2 2", "one.json 4 4", "two.json 2 2", "two.json 4 4"),
        Stream.of(0, 1, 2, 3)
            .map(at -> result.get("results").get(at))
            .map(
                each ->
                    Path.of(each.get("trace").asText()).getFileName()
                        + " "
                        + each.get("ranks")
                        + " "
                        + each.get("redundantExperts"))
            .toList());
    JsonNode policies = CommandLineRun.of("policies --json").json().get("policies");
    for (JsonNode each : result.get("results")) {
      assertEquals(policies.size(), each.get("policies").size());
    }
  }

  @Test
  void aPolicyThatRefusesTheGroupIsLeftOutUnlessItWasNamed() throws IOException {
    Path trace = write("trace.json", SMALL);
    String options =
        "bench --trace %s --ranks 4 --redundant-experts 4 --nodes 4 --groups 2 --repeat 1";
    CommandLineRun run = CommandLineRun.of(options, trace);
    assertEquals(0, run.code(), run.err());
    assertTrue(run.out().contains("left out: policy hierarchical: it keeps"), run.out());
    assertRefused(
        "policy hierarchical: it keeps", options + " --policies default,hierarchical", trace);
  }

  @Test
  void theTableFitsInto80ColumnsAndNamesItsProtocols() throws IOException {
    Path trace = write("trace.json", SMALL);
    CommandLineRun run =
        CommandLineRun.of(
            "bench --trace %s --ranks 2 --redundant-experts 2 --dispatch lp --repeat 3 --policies"
                + " default,incremental:max-moves-per-layer=16:max-moves-unsettled=66,clairvoyant",
            trace);
    assertEquals(0, run.code(), run.err());
    assertEquals("", run.err());
    run.out()
        .lines()
        .filter(line -> !line.contains(trace.toString()))
        .forEach(line -> assertTrue(line.length() <= 80, line));
    assertTrue(run.out().contains("incremental:max-moves-per-layer=16"), run.out());
    assertTrue(run.out().replace('\n', ' ').contains("alpha 0.25, 3 rounds"), run.out());
    assertTrue(run.out().contains("dispatch lp"), run.out());
    assertFalse(run.out().contains("NaN"), run.out());
  }

  @Test
  void aRecordingOfTwoWindowsHasNoLaterPlans() throws IOException {
    Path trace = write("trace.json", "[[[9,1,1,1]],[[8,2,1,1]]]");
    CommandLineRun run =
        CommandLineRun.of("bench --trace %s --ranks 2 --policies default --repeat 1", trace);
    assertEquals(0, run.code(), run.err());
    assertTrue(run.out().lines().anyMatch(line -> line.matches("default .* – .* –")), run.out());
    JsonNode later =
        CommandLineRun.of("bench --trace %s --ranks 2 --policies default --repeat 1 --json", trace)
            .json()
            .at("/results/0/policies/0/laterPlans");
    assertTrue(later.get("planMillis").isNull(), later.toString());
  }

  @Test
  void stepsAreAddedUpToWindows() throws IOException {
    Path trace = write("steps.json", "[[[1,0]],[[0,1]],[[1,0]],[[0,1]],[[5,0]]]");
    JsonNode result =
        CommandLineRun.of(
                "bench --trace %s --steps-per-window 2 --ranks 2 --policies static --repeat 1"
                    + " --json",
                trace)
            .json()
            .at("/results/0");
    assertEquals(2, result.get("windows").asInt());
    assertEquals(1.0, ratio(result, "ranks"));
  }

  static Stream<Arguments> unusableArguments() {
    return Stream.of(
        Arguments.of("--ranks R is missing", "--policies default"),
        Arguments.of("'0' is not a whole number from 1", "--ranks 2,0"),
        Arguments.of("--nodes has 3 values, --ranks 2", "--ranks 2,4 --nodes 1,2,2"),
        Arguments.of("--groups has 2 values, --ranks 1", "--ranks 2 --groups 1,2"),
        Arguments.of("did you mean default?", "--ranks 2 --policies defualt"),
        Arguments.of("do not divide", "--ranks 3"),
        Arguments.of("is not a whole number", "--ranks 2 --repeat 0"),
        Arguments.of("single window", "--ranks 2 --steps-per-window 3"),
        Arguments.of("none.json", "--ranks 2 --trace none.json"),
        Arguments.of("name a file instead", "--ranks 2 --trace -"));
  }

  @ParameterizedTest
  @MethodSource("unusableArguments")
  void answersUnusableArgumentsWithOneLineAndCode2(String expected, String options)
      throws IOException {
    assertRefused(expected, "bench --trace %s " + options, write("trace.json", SMALL));
  }

  private Path write(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }
}
