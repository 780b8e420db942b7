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
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdviseCommandTest {
  private static final Path RECORDING = Path.of("..", "examples", "glm52-mixed.npy");
  private static final Path DECODING = Path.of("..", "examples", "gptoss20b-decode-steps.npy");

  @TempDir Path folder = Path.of(".");

  @Test
  void theShippedRecordingPaysWithOneMoreSlotPerRank() throws IOException {
    JsonNode json =
        CommandLineRun.of(
                "advise --trace %s --ranks 32 --nodes 4 --groups 8"
                    + " --expert-bytes 40000000 --json",
                RECORDING)
            .json();
    assertTrue(json.get("pays").asBoolean());
    assertEquals("pays", json.get("reason").asText());
    assertEquals(75, json.get("layers").asInt());
    assertEquals(4, json.get("windowsHeldBack").asInt());
    assertEquals(4, json.at("/before/costs").size());
    JsonNode advised = json.at("/advice/advised");
    assertEquals(32, advised.get("redundantExperts").asInt());
    assertEquals(1, advised.get("interval").asInt());
    assertEquals(75L * 40_000_000, advised.get("memoryPerRank").asLong());
    double before = json.at("/before/cost").asDouble();
    double after = advised.get("cost").asDouble();
    assertTrue(after < 1.2 && before > 1.4, after + " after " + before);
    assertEquals(7, json.at("/advice/curve").size());
    assertTrue(json.at("/advice/shifts").asBoolean());
    assertTrue(json.at("/advice/hierarchy").asBoolean());
    assertTrue(json.at("/advice/reasons/hierarchy").asText().contains("groups on one node"));
  }

  @Test
  void theFiguresAreThoseThatSimulateHasForTheHeldBackWindows() throws IOException {
    JsonNode advised =
        CommandLineRun.of("advise --trace %s --ranks 32 --max-redundant 0 --json", RECORDING)
            .json()
            .at("/advice/policies");
    JsonNode simulated =
        CommandLineRun.of(
                "simulate --trace %s --ranks 32 --estimator ema --policies"
                    + " static,default --json",
                RECORDING)
            .json()
            .get("policies");
    for (JsonNode policy : simulated) {
      double sum = 0.0;
      for (int window = 3; window < 7; window++) {
        sum += policy.at("/windows/" + window + "/parNextWindow").asDouble() / 4;
      }
      JsonNode trial = named(advised, policy.get("policy").asText());
      assertEquals(sum, trial.get("cost").asDouble(), 1e-9, policy.get("policy").asText());
    }
  }

  private static JsonNode named(JsonNode trials, String policy) {
    for (JsonNode trial : trials) {
      if (trial.get("policy").asText().equals(policy)) {
        return trial;
      }
    }
    throw new AssertionError(policy + " is not among " + trials);
  }

  @Test
  void stepsPayWhileOnlyTokensCountAndNotWithTheTimeOfMoves() {
    String steps = "advise --trace %s --ranks 8 --steps-per-window 32";
    String tokens = CommandLineRun.of(steps, DECODING).words();
    assertTrue(tokens.contains("Yes, balancing pays: PAR of a step falls from 1.456"), tokens);
    assertTrue(tokens.contains("redundant 8 (5 slots per rank)"), tokens);
    assertTrue(tokens.contains("dispatch lp, if the engine can"), tokens);
    String time =
        CommandLineRun.of(
                steps + " --step-time 17.6,0.0313,6.46 --expert-bytes 13271040 --link-gbps 400",
                DECODING)
            .words();
    assertTrue(time.contains("No, balancing does not pay: µs of a layer"), time);
    assertTrue(time.contains("a plan pays for itself after"), time);
    assertTrue(time.contains("redundant 0 (4 slots per rank)"), time);
  }

  @Test
  void theMostRedundantExpertsThatWereTriedAreSaidToBeIt() throws IOException {
    CommandLineRun run =
        CommandLineRun.of("advise --trace %s --ranks 4 --max-redundant 4", recording("9,1,1,1", 6));
    assertTrue(
        run.words().contains("redundant 4 (2 slots per rank): 1.083; the most that was tried"),
        run.out());
  }

  @Test
  void pricedMovesAreJudgedInEveryIntervalAndTheTableSaysInWhich() throws IOException {
    CommandLineRun run =
        CommandLineRun.of(
            "advise --trace %s --ranks 8 --steps-per-window 32 --max-redundant 8"
                + " --step-time 17.6,0.0313,6.46 --expert-bytes 13271040 --link-gbps 2400",
            DECODING);
    assertTrue(run.words().contains("Yes, balancing pays: µs of a layer falls"), run.out());
    assertTrue(run.words().contains("interval plan every 4 windows"), run.out());
    assertTrue(
        run.out().matches("(?s).*\npolicy .* plan every\n.*\nincremental .* 4\n.*"), run.out());
  }

  @Test
  void aPriceOfMovesThatDoesNotCountIsSaidNotTo() throws IOException {
    String moves = "advise --trace %s --ranks 2 --expert-bytes 1000 --link-gbps 400";
    String without = "without the time of moves, which --step-time makes count";
    Path file = recording("9,1,1,1", 6);
    assertTrue(CommandLineRun.of(moves, file).words().contains(without));
    assertFalse(CommandLineRun.of(moves + " --step-time 1,1,1", file).words().contains(without));
  }

  @Test
  void aFlatRecordingIsAnsweredWithNoAndItsReason() throws IOException {
    CommandLineRun run =
        CommandLineRun.of("advise --trace %s --ranks 2", recording("100,101,99,100", 6));
    assertEquals(0, run.code(), run.err());
    assertTrue(
        run.words().contains("No, balancing does not pay: PAR is 1.005 without any plan"),
        run.out());
    assertFalse(run.out().contains("interval"), run.out());
  }

  @Test
  void aShortRecordingIsToldWhatToRecord() throws IOException {
    CommandLineRun run = CommandLineRun.of("advise --trace %s --ranks 2", recording("9,1,1,1", 3));
    assertEquals(0, run.code(), run.err());
    assertTrue(run.words().contains("No answer: the recording has 3 windows"), run.out());
    JsonNode json =
        CommandLineRun.of("advise --trace %s --ranks 2 --json", recording("9,1,1,1", 3)).json();
    assertFalse(json.get("answered").asBoolean());
    assertFalse(json.get("pays").asBoolean());
    assertTrue(json.get("before").isNull());
    assertTrue(json.get("advice").isNull());
  }

  @Test
  void thePresentRedundancyIsWhatItIsComparedWith() throws IOException {
    JsonNode json =
        CommandLineRun.of(
                "advise --trace %s --ranks 2 --redundant-experts 2 --json", recording("9,1,1,1", 6))
            .json();
    assertEquals(2, json.get("redundantExperts").asInt());
    assertEquals(2, json.at("/before/redundantExperts").asInt());
    assertEquals(0, json.at("/advice/curve/0/redundantExperts").asInt());
  }

  @Test
  void ranksThatDoNotDivideTheExpertsGetTheFewestSlots() throws IOException {
    JsonNode json =
        CommandLineRun.of("advise --trace %s --ranks 3 --json", recording("9,1,1,1", 6)).json();
    assertEquals(2, json.at("/before/redundantExperts").asInt());
  }

  @Test
  void mistakesAreRefused() throws IOException {
    Path file = recording("9,1,1,1", 6);
    assertRefused("--ranks is missing", "advise --trace %s", file);
    assertRefused("--trace FILE is missing", "advise --ranks 2");
    assertRefused("--force replaces", "advise --trace %s --ranks 2 --force", file);
    assertRefused("--link-gbps needs", "advise --trace %s --ranks 2 --link-gbps 4", file);
    assertRefused("--max-redundant", "advise --trace %s --ranks 2 --max-redundant -1", file);
    assertRefused("nodes", "advise --trace %s --ranks 3 --nodes 2", file);
    assertRefused("three numbers", "advise --trace %s --ranks 2 --step-time 1,2", file);
    assertRefused(
        "a window of 7 steps is longer", "advise --trace %s --ranks 2 --steps-per-window 7", file);
  }

  private Path recording(String layer, int windows) throws IOException {
    return Files.writeString(
        folder.resolve("windows-" + windows + ".json"),
        IntStream.range(0, windows)
            .mapToObj(window -> "[[" + layer + "]]")
            .collect(Collectors.joining(",", "[", "]")));
  }
}
