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

class SimulateCommandTest {
  private static final Path RECORDING = Path.of("..", "examples", "glm52-mixed.npy");
  private static final String SMALL = "[[[9,1,1,1]],[[8,2,1,1]],[[7,1,3,1]]]";

  @TempDir Path folder = Path.of(".");

  @Test
  void theExampleScoresAsPublished() throws IOException {
    JsonNode hierarchical = policy(example("--nodes 4 --groups 8"), "default");
    assertEquals(1.216, hierarchical.at("/parNextWindow/mean").asDouble(), 0.002);
    assertEquals(265, hierarchical.at("/expertsMovedPerLayer/steady").asDouble(), 2);
    JsonNode result = example("");
    JsonNode global = policy(result, "default");
    assertEquals(1.206, global.at("/parNextWindow/mean").asDouble(), 0.002);
    assertEquals(277, global.at("/expertsMovedPerLayer/steady").asDouble(), 2);
    JsonNode kept = policy(result, "static");
    assertEquals(1.638, kept.at("/parNextWindow/mean").asDouble(), 0.002);
    assertEquals(0.0, kept.at("/expertsMovedPerLayer/first").asDouble());
    assertEquals(0.0, kept.at("/expertsMovedPerLayer/steady").asDouble());
  }

  @Test
  void theResultHasWhatScriptsRelyOn() throws IOException {
    JsonNode result = example("");
    assertEquals(8, result.get("windows").asInt());
    assertEquals(7, result.get("scoredWindows").asInt());
    assertFalse(result.get("interrupted").asBoolean());
    assertEquals(8, result.at("/conservation/judgedWindows").asInt());
    assertEquals(0, result.at("/conservation/breaches").asInt());
    for (JsonNode policy : result.get("policies")) {
      for (String ratios : List.of("/parNextWindow", "/parSameWindow")) {
        JsonNode par = policy.at(ratios);
        assertTrue(par.get("mean").asDouble() <= par.get("p95").asDouble());
        assertTrue(par.get("p95").asDouble() <= par.get("max").asDouble());
        JsonNode bound = policy.at("/lowerBound" + ratios);
        assertTrue(bound.get("mean").asDouble() >= 1.0);
        assertTrue(bound.get("mean").asDouble() <= par.get("mean").asDouble());
      }
      assertTrue(
          policy.at("/planMillis/median").asDouble() <= policy.at("/planMillis/max").asDouble());
      assertEquals(0, policy.get("rejectedLayers").asInt());
      assertEquals(0, policy.get("failedPlans").asInt());
      assertEquals(7, policy.get("windows").size());
      double sum = 0.0;
      for (JsonNode window : policy.get("windows")) {
        sum += window.get("parNextWindow").asDouble();
      }
      assertEquals(policy.at("/parNextWindow/mean").asDouble(), sum / 7, 1e-9);
    }
    assertTrue(policy(result, "default").get("duplicates").asInt() > 0);
  }

  @Test
  void anAverageOfTheWindowsForeseesTheNextOneBetter() throws IOException {
    double last = policy(example(""), "default").at("/parNextWindow/mean").asDouble();
    for (String estimator : List.of("mean", "ema")) {
      JsonNode result = example("--estimator " + estimator);
      assertEquals(estimator, result.get("estimator").asText());
      assertTrue(
          policy(result, "default").at("/parNextWindow/mean").asDouble() < last, result.toString());
    }
  }

  @Test
  void duplicatesAreRejectedUnlessAllowed() throws IOException {
    CommandLineRun run =
        CommandLineRun.of(
            "simulate --trace %s --ranks 32 --redundant-experts 32"
                + " --policies default:exact-reference=true --json",
            RECORDING);
    JsonNode policy = policy(run.json(), "default");
    assertTrue(policy.get("rejectedLayers").asInt() > 0);
    assertEquals(0, policy.get("duplicates").asInt());
  }

  @Test
  void theTableNamesTheBestPerMeasure() throws IOException {
    Path trace = write("trace.json", SMALL);
    CommandLineRun run =
        CommandLineRun.of(
            "simulate --trace %s --ranks 2 --redundant-experts 2 --policies default,random,static",
            trace);
    assertEquals(0, run.code(), run.err());
    assertEquals("", run.err());
    assertTrue(run.words().contains("3 windows × 1 layer × 4 experts"), run.out());
    assertTrue(run.out().matches("(?s).*\\ndefault .*\\d\\*.*"), run.out());
    assertTrue(
        run.out().contains("* the best of the policies; static is there for comparison"),
        run.out());
    assertTrue(run.out().contains("lower bound"), run.out());
    assertFalse(run.out().contains("not conserved"), run.out());
  }

  @Test
  void withoutPoliciesTheConfiguredOneIsComparedWithTheEnginesAndWithBothBounds()
      throws IOException {
    Path trace = write("trace.json", SMALL);
    String command = "simulate --trace %s --ranks 2 --redundant-experts 2 --json";
    assertEquals(
        List.of("static", "default", "incremental", "clairvoyant"),
        names(CommandLineRun.of(command, trace)));
    Path config = write("eplb.yaml", "eplb_policy: swift\n");
    assertEquals(
        List.of("static", "default", "swift", "clairvoyant"),
        names(CommandLineRun.of(command + " --config %s", trace, config)));
    Path same = write("same.yaml", "eplb_policy: static\n");
    assertEquals(
        List.of("static", "default", "clairvoyant"),
        names(CommandLineRun.of(command + " --config %s", trace, same)));
  }

  private static List<String> names(CommandLineRun run) throws IOException {
    return run.json().get("policies").findValuesAsText("policy");
  }

  @Test
  void aRecordingThatLosesTokensIsReported() throws IOException {
    Path trace = write("trace.json", "[[[1,3],[2,2],[3,1]],[[1,3],[2,1],[3,1]]]");
    CommandLineRun run =
        CommandLineRun.of("simulate --trace %s --ranks 2 --policies static", trace);
    assertEquals(0, run.code(), run.err());
    assertTrue(
        run.words().contains("first in window 1, layer 1: 3 tokens, most layers have 4"),
        run.out());
  }

  static Stream<Arguments> unusableArguments() {
    return Stream.of(
        Arguments.of("--ranks is missing", "--policies default"),
        Arguments.of("without a name", "--ranks 2 --policies="),
        Arguments.of("without a name", "--ranks 2 --policies default,,global"),
        Arguments.of("without a name", "--ranks 2 --policies :a=1"),
        Arguments.of("did you mean default?", "--ranks 2 --policies defualt"),
        Arguments.of("twice", "--ranks 2 --policies default,default"),
        Arguments.of("is no option", "--ranks 2 --policies default:x"),
        Arguments.of("is no option", "--ranks 2 --policies default:=1"),
        Arguments.of(
            "policy default: I5: there is no option 'x'", "--ranks 2 --policies default:x=1"),
        Arguments.of(
            "given twice",
            "--ranks 2 --policies default:exact-reference=true:exact-reference=true"),
        Arguments.of("must be true or false", "--ranks 2 --policies default:exact-reference=maybe"),
        Arguments.of(
            "policy static: I5: there is no option 'x'", "--ranks 2 --policies static:x=1"),
        Arguments.of("do not divide", "--ranks 3 --policies static"),
        Arguments.of("none of last, mean, ema", "--ranks 2 --policies static --estimator median"),
        Arguments.of(
            "above 0 and at most 1", "--ranks 2 --policies static --estimator ema --alpha 0"),
        Arguments.of(
            "above 0 and at most 1", "--ranks 2 --policies static --estimator ema --alpha NaN"),
        Arguments.of("--alpha has no meaning", "--ranks 2 --policies static --alpha 0.5"),
        Arguments.of("neither reject nor allow", "--ranks 2 --policies static --duplicates some"),
        Arguments.of("is not a whole number", "--ranks 2 --policies static --seed x"),
        Arguments.of("does not exist", "--ranks 2 --policies static --report none/report.html"),
        Arguments.of(
            "there is no option '--policy'; did you mean --policies", "--ranks 2 --policy static"));
  }

  @ParameterizedTest
  @MethodSource("unusableArguments")
  void answersUnusableArgumentsWithOneLineAndCode2(String expected, String options)
      throws IOException {
    assertRefused(expected, "simulate --trace %s " + options, write("trace.json", SMALL));
  }

  @ParameterizedTest
  @MethodSource("unusableTraces")
  void answersAnUnusableTraceWithOneLineAndCode2(String content, String expected)
      throws IOException {
    assertRefused(
        expected, "simulate --trace %s --ranks 2 --policies static", write("trace.json", content));
  }

  static Stream<Arguments> unusableTraces() {
    return Stream.of(
        Arguments.of("[[1,2],[3,4]]", "single window"),
        Arguments.of("[[[1,2]]]", "single window"),
        Arguments.of("[[[1,2]],[[1]]]", "trace.json"),
        Arguments.of("[[[1,2]],[[1,-1]]]", "trace.json"),
        Arguments.of("[[[1,2]],[[1,1e308]],[[1,1e308]]]", "trace.json"),
        Arguments.of("", "empty"),
        Arguments.of("{}", "trace.json"));
  }

  @Test
  void anUnusableLoadInALaterWindowOfAnNpyFileIsNamed() throws IOException {
    byte[] bytes = Files.readAllBytes(RECORDING);
    int lastElement = bytes.length - 1;
    bytes[lastElement] = (byte) 0x80;
    Path trace = Files.write(folder.resolve("negative.npy"), bytes);
    assertRefused(
        "negative.npy: I2: the load of window 7, layer 74, expert 255",
        "simulate --trace %s --ranks 32 --policies static",
        trace);
  }

  private static JsonNode policy(JsonNode result, String name) {
    for (JsonNode policy : result.get("policies")) {
      if (policy.get("policy").asText().equals(name)) {
        return policy;
      }
    }
    throw new AssertionError("no policy " + name + " in " + result);
  }

  private static JsonNode example(String options) throws IOException {
    CommandLineRun run =
        CommandLineRun.of(
            "simulate --trace %s --ranks 32 --redundant-experts 32 --duplicates allow --json"
                + " --policies default:exact-reference=true,static "
                + options,
            RECORDING);
    assertEquals("", run.err());
    return run.json();
  }

  private Path write(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }
}
