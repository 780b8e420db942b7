package io.eplb.core.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpRanks;
import io.eplb.api.ExpertTable;
import io.eplb.api.InternalException;
import io.eplb.api.InvalidInputException;
import io.eplb.api.LoadPhase;
import io.eplb.core.elastic.Repair;
import io.eplb.core.load.SpeedSettings;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("FutureReturnValueIgnored") // The rig shows what came of a call.
class RankFailureTest {
  private static CompletableFuture<RepairReport> fail(FailureRig rig, int rank) {
    rig.die(rank);
    return rig.runtime.rankFailed(rank).toCompletableFuture();
  }

  private static RepairReport done(CompletableFuture<RepairReport> repair) {
    assertTrue(repair.isDone());
    return repair.join();
  }

  @Test
  void aRankIsTakenAwayUnderLoadAndGivenBackAndBalancingGoesOn() {
    try (FailureRig rig = new FailureRig()) {
      rig.serve(25);
      rig.threads.runAll();
      CompletableFuture<RepairReport> repaired = fail(rig, 2);
      rig.threads.runAll();
      RepairReport repair = done(repaired);
      assertTrue(repair.complete());
      assertEquals(4, repair.ranks().livingRanks());
      assertEquals(repair.lostExperts(), repair.reloaded());
      rig.assertSettled();
      assertEquals(1, rig.repairs.size());
      int cycles = rig.reports.size();
      for (int round = 0; round < 4; round++) {
        rig.serve(FailureRig.INTERVAL);
        rig.threads.runAll();
        rig.assertSettled();
      }
      assertEquals(cycles + 4, rig.reports.size());
      assertTrue(rig.reports.get(cycles).outcome().success(), rig.reports::toString);

      CompletableFuture<Long> back = rig.giveBack(2);
      rig.threads.runAll();
      assertEquals(65, back.getNow(-1L));
      assertEquals(5, rig.repair().ranks().livingRanks());
      assertEquals(0, rig.repair().lostExperts());
      assertFalse(rig.runtime.isAbsent(2));
      rig.assertSettled();
      rig.serve(3 * FailureRig.INTERVAL);
      rig.threads.runAll();
      rig.assertSettled();
      assertFalse(rig.runtime.table().hasEmptySlots());
    }
  }

  @Test
  void stepsWaitUntilEveryExpertIsServedAgainAndThoseThatHaveBegunGoOn() {
    try (FailureRig rig = new FailureRig()) {
      rig.serve(3);
      assertTrue(rig.begin(0));
      rig.weights.holding = true;
      CompletableFuture<RepairReport> repaired = fail(rig, 2);
      rig.threads.runAll();
      assertTrue(rig.begin(1), "rank 0 has begun this step with the table before");
      assertFalse(rig.begin(0));
      assertFalse(rig.begin(1));
      assertTrue(rig.weights.held() > 0, "experts are being loaded meanwhile");
      rig.weights.release();
      rig.threads.runAll();
      assertFalse(repaired.isDone(), "ranks 3 and 4 have not run the step that 0 has begun");
      rig.begin(3);
      rig.begin(4);
      rig.endAll();
      rig.threads.runAll();
      assertTrue(done(repaired).complete());
      rig.serve(1);
      rig.assertSettled();
    }
  }

  @Test
  void whoHasFailedBeginsNoStepAndWhoReturnsBeginsTheOneOfTheOthers() {
    try (FailureRig rig = new FailureRig()) {
      rig.serve(7);
      fail(rig, 4);
      rig.threads.runAll();
      assertRefused(
          "rank 4 has failed; it begins steps again when it has returned",
          () -> rig.runtime.tryBegin(4, 7));
      rig.serve(5);
      rig.threads.runAll();
      CompletableFuture<Long> back = rig.giveBack(4);
      rig.threads.runAll();
      assertEquals(12, back.getNow(-1L));
      assertRefused("rank 4 begins step 7; its next step is 12", () -> rig.runtime.tryBegin(4, 7));
      rig.serve(1);
    }
  }

  @Test
  void aRankThatHasReturnedBeginsNoStepBeforeATableNamesIt() {
    try (FailureRig rig = new FailureRig()) {
      fail(rig, 4);
      rig.threads.runAll();
      rig.weights.holding = true;
      rig.giveBack(4);
      rig.threads.runAll();
      assertRefused(
          "rank 4 has returned; it begins steps again with the first table that places experts on it",
          () -> rig.runtime.tryBegin(4, 0));
      rig.serve(3);
      rig.weights.release();
      rig.threads.runAll();
      rig.serve(3);
      rig.assertSettled();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 6})
  void twoRanksFailAtOnce(int buffers) {
    try (FailureRig rig = new FailureRig(buffers)) {
      rig.serve(3);
      CompletableFuture<RepairReport> first = fail(rig, 0);
      CompletableFuture<RepairReport> second = fail(rig, 3);
      rig.threads.runAll();
      assertEquals(done(first), done(second));
      assertEquals(3, done(first).ranks().livingRanks());
      rig.serve(20);
      rig.threads.runAll();
      rig.assertSettled();
      rig.giveBack(3);
      rig.giveBack(0);
      rig.threads.runAll();
      rig.serve(20);
      rig.assertSettled();
    }
  }

  @Test
  void aRankThatReturnsDuringItsRepairIsFilledAfterwards() {
    try (FailureRig rig = new FailureRig()) {
      rig.serve(3);
      rig.weights.holding = true;
      CompletableFuture<RepairReport> repaired = fail(rig, 2);
      rig.threads.runAll();
      CompletableFuture<Long> back = rig.giveBack(2);
      rig.threads.runAll();
      assertFalse(repaired.isDone());
      rig.weights.release();
      rig.threads.runAll();
      assertTrue(back.isDone());
      assertEquals(5, done(repaired).ranks().livingRanks());
      rig.serve(3);
      rig.assertSettled();
    }
  }

  @Test
  void toSayTheSameTwiceChangesNothing() {
    try (FailureRig rig = new FailureRig()) {
      CompletableFuture<Long> never = rig.runtime.rankReturned(1).toCompletableFuture();
      rig.threads.runAll();
      assertEquals(0, never.getNow(-1L), "it had not failed");
      fail(rig, 1);
      CompletableFuture<RepairReport> again = rig.runtime.rankFailed(1).toCompletableFuture();
      rig.threads.runAll();
      assertTrue(done(again).complete());
      long version = rig.runtime.table().version();
      CompletableFuture<RepairReport> late = rig.runtime.rankFailed(1).toCompletableFuture();
      rig.threads.runAll();
      assertTrue(done(late).complete());
      assertEquals(version, rig.runtime.table().version());
      rig.giveBack(1);
      rig.runtime.rankReturned(1);
      rig.threads.runAll();
      rig.serve(1);
      rig.assertSettled();
    }
  }

  @Test
  void whoFailsAgainBeforeItServesIsTold() {
    try (FailureRig rig = new FailureRig()) {
      fail(rig, 2);
      rig.threads.runAll();
      rig.weights.holding = true;
      CompletableFuture<Long> back = rig.giveBack(2);
      rig.threads.runAll();
      assertFalse(back.isDone());
      fail(rig, 2);
      rig.threads.runAll();
      assertEquals(
          "io.eplb.api.InternalException: rank 2 has failed again before it could serve",
          assertThrows(CompletionException.class, back::join).getMessage());
      rig.weights.release();
      rig.threads.runAll();
      rig.serve(3);
      rig.assertSettled();
    }
  }

  @Test
  void aPlanUnderWayIsGivenUp() {
    try (FailureRig rig = new FailureRig()) {
      rig.serve(FailureRig.INTERVAL);
      rig.threads.runEvents();
      assertEquals(RuntimePhase.PLANNING, rig.runtime.state().phase());
      fail(rig, 1);
      rig.threads.runAll();
      assertEquals(CycleOutcome.RANKS_CHANGED, rig.reports.get(0).outcome());
      assertEquals(RuntimePhase.COLLECTING, rig.runtime.state().phase());
      rig.serve(FailureRig.INTERVAL);
      rig.threads.runAll();
      assertTrue(rig.reports.get(1).outcome().success(), rig.reports::toString);
      rig.assertSettled();
    }
  }

  @Test
  void anUpdateUnderWayIsAbortedAndDoesNotCountAsAFailure() {
    try (FailureRig rig = new FailureRig()) {
      rig.weights.holding = true;
      rig.serve(FailureRig.INTERVAL);
      rig.threads.runAll();
      assertEquals(RuntimePhase.UPDATING, rig.runtime.state().phase());
      fail(rig, 2);
      rig.threads.runAll();
      assertEquals(CycleOutcome.RANKS_CHANGED, rig.reports.get(0).outcome());
      assertTrue(rig.reports.get(0).reason().endsWith("rank 2 has failed"), rig.reports::toString);
      assertEquals(0, rig.runtime.state().failuresInRow());
      assertEquals(RuntimePhase.REPAIRING, rig.runtime.state().phase());
      rig.weights.release();
      rig.threads.pass(Duration.ofMinutes(1));
      rig.serve(1);
      rig.assertSettled();
    }
  }

  @Test
  void copiesThatFailAreTriedAgainAndStepsThatWaitTooLongFail() {
    try (FailureRig rig = new FailureRig()) {
      rig.serve(3);
      rig.weights.failing = true;
      CompletableFuture<RepairReport> repaired = fail(rig, 2);
      rig.threads.pass(Duration.ofSeconds(29));
      assertFalse(repaired.isDone());
      assertNull(rig.runtime.tryBegin(0, 3));
      assertTrue(
          rig.runtime.state().unserved().orElseThrow().endsWith("the link is down"),
          rig.runtime.state()::toString);
      rig.threads.pass(Duration.ofSeconds(2));
      assertEquals(
          "version 0 needs rank 2, which has failed, and no other table has come in time",
          assertThrows(InternalException.class, () -> rig.runtime.tryBegin(0, 3)).getMessage());
      rig.weights.failing = false;
      rig.threads.pass(GroupRepair.LONGEST_PAUSE);
      assertTrue(done(repaired).complete());
      assertTrue(done(repaired).untilServed().compareTo(Duration.ofSeconds(29)) > 0);
      rig.serve(1);
      rig.assertSettled();
    }
  }

  @Test
  void tooFewSlotsForTheExpertsAreNamedAndStepsWait() {
    try (FailureRig rig = new FailureRig()) {
      rig.serve(3);
      fail(rig, 0);
      fail(rig, 1);
      rig.threads.runAll();
      rig.serve(1);
      CompletableFuture<RepairReport> answer = fail(rig, 2);
      rig.threads.runAll();
      assertFalse(done(answer).complete());
      assertTrue(done(answer).reason().contains("12"), () -> done(answer).toString());
      assertEquals(done(answer).reason(), rig.runtime.state().unserved().orElseThrow());
      assertNull(rig.runtime.tryBegin(4, 4));
    }
  }

  @Test
  void aRepairIsGivenUpWhenTheRuntimeIsClosed() {
    FailureRig rig = new FailureRig();
    rig.weights.holding = true;
    CompletableFuture<RepairReport> repaired = fail(rig, 2);
    rig.threads.runAll();
    rig.runtime.close();
    rig.weights.release();
    rig.threads.runAll();
    assertFalse(done(repaired).complete());
    assertEquals("the runtime was closed", done(repaired).reason());
    assertTrue(rig.threads.ended());
    assertEquals(
        "the runtime is closed", done(rig.runtime.rankFailed(1).toCompletableFuture()).reason());
  }

  @Test
  void ranksThatDoNotExistAreRefused() {
    try (FailureRig rig = new FailureRig()) {
      assertRefused("rank 5 does not exist; ranks are 0 to 4", () -> rig.runtime.rankFailed(5));
      assertRefused("rank -1 does not exist; ranks are 0 to 4", () -> rig.runtime.rankReturned(-1));
      assertRefused("2 speeds for 5 ranks; each needs one", () -> rig.runtime.setSpeeds(1.0, 0.5));
    }
  }

  @Test
  void aRankMayBeDeadFromTheStart() {
    ExpertTable nominal = ExpertTable.initial(FailureRig.LAYERS, FailureRig.TOPOLOGY);
    ExpertTable start =
        Repair.of(
                nominal,
                FailureRig.TOPOLOGY,
                EpRanks.builder(FailureRig.TOPOLOGY).usableSlots(2, 0).build())
            .table();
    try (FailureRig rig = new FailureRig(2, start, builder -> builder)) {
      assertFalse(rig.runtime.ranks().living(2));
      assertTrue(rig.runtime.isAbsent(2));
      rig.serve(FailureRig.INTERVAL);
      rig.threads.runAll();
      assertTrue(rig.reports.get(0).outcome().success(), rig.reports::toString);
      rig.giveBack(2);
      rig.threads.runAll();
      rig.serve(3);
      rig.assertSettled();
      assertEquals(5, rig.runtime.ranks().livingRanks());
    }
    assertRefused(
        "I1: layer 0, rank 2, slot 0 holds expert 12, and the rank is dead; slots that a rank"
            + " cannot use are EMPTY (−1) in every layer, and no others",
        () ->
            new FailureRig(
                2,
                nominal,
                builder ->
                    builder.ranks(EpRanks.builder(FailureRig.TOPOLOGY).usableSlots(2, 0).build())));
  }

  @Test
  void aSlowRankIsMeasuredAndGetsLess() {
    try (FailureRig rig =
        new FailureRig(
            2,
            builder -> builder.measureSpeeds(new SpeedSettings(1, 0.05, 0.03, 10.0, 0.1, 10.0)))) {
      for (int cycle = 0; cycle < 4; cycle++) {
        for (int step = 0; step < FailureRig.INTERVAL; step++) {
          rig.serve(1);
          for (int rank = 0; rank < 5; rank++) {
            long tokens = rig.tokensOfLastStep(rank);
            rig.runtime.recordStepTime(
                rank, rank == 3 ? 2_000 * tokens : 1_000 * tokens, LoadPhase.ALL);
          }
        }
        rig.threads.runAll();
      }
      assertEquals(0.5, rig.runtime.ranks().speed(3), 0.1);
      assertEquals(1.0, rig.runtime.ranks().speed(1));
      assertRefused(
          "rank 1 computed 0 ns in a step; it must be between 1 ns and 1 h",
          () -> rig.runtime.recordStepTime(1, 0, LoadPhase.ALL));
    }
  }

  @Test
  void speedsThatAreSetReachThePolicy() {
    try (FailureRig rig = new FailureRig()) {
      rig.runtime.setSpeeds(1.0, 1.0, 0.5, 1.0, 1.0);
      rig.runtime.recordStepTime(2, 5, LoadPhase.ALL);
      rig.serve(FailureRig.INTERVAL);
      rig.threads.runAll();
      assertEquals(0.5, rig.runtime.ranks().speed(2));
      assertTrue(rig.reports.get(0).outcome().success(), rig.reports::toString);
    }
  }

  @Test
  void thePhaseOfTheLoadIsCountedForTheRanksThatAreLeft() {
    try (FailureRig rig = new FailureRig()) {
      rig.serve(5);
      fail(rig, 1);
      rig.threads.runAll();
      rig.serve(5);
      assertEquals(10, rig.runtime.state().steps());
      rig.giveBack(1);
      rig.threads.runAll();
      rig.serve(5);
      assertEquals(15, rig.runtime.state().steps());
      assertEquals(15, rig.runtime.state().stepsOfPhase());
      assertRefused(
          "rank 1 ends step 3, which is not in flight; its last step is 14",
          () -> rig.runtime.end(1, 3, LoadPhase.ALL));
    }
  }

  private static void assertRefused(String message, Runnable call) {
    assertEquals(message, assertThrows(InvalidInputException.class, call::run).getMessage());
  }
}
