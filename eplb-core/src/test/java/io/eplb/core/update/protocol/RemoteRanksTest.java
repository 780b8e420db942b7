package io.eplb.core.update.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.serving.GatePhase;
import io.eplb.core.update.AbortReason;
import io.eplb.core.update.LayerPhase;
import io.eplb.core.update.LayerProgress;
import io.eplb.core.update.UpdateReport;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Chosen moments at which a process dies or a message is lost; the schedules choose others. */
class RemoteRanksTest {
  private static final EpTopology TOPOLOGY = EpTopology.of(4, 2, 1, 1, 2);
  private static final int OTHER = 1;

  private final Random random = new Random(7);
  private final Faults none = new Faults(random, true);
  private final ExpertTable initial = ExpertTable.initial(2, TOPOLOGY);
  private final RemoteEngine engine =
      new RemoteEngine("chosen", random, TOPOLOGY, initial, 4, none, new LinkFaults(random, true));

  private CompletableFuture<UpdateReport> update() {
    ExpertTable table = engine.record().current();
    Placement.Builder rows = Placement.builder(2, 2, 2);
    boolean swapped = table.expertAt(0, 0, 0) == 2;
    rows.setLayer(0, swapped ? new int[] {0, 1, 2, 3} : new int[] {2, 3, 0, 1}, 0);
    long version = table.version();
    return engine.updater().update(version, rows.build(), new int[] {0}).toCompletableFuture();
  }

  private UpdateReport end(CompletableFuture<UpdateReport> update) {
    while (!update.isDone()) {
      engine.step();
    }
    return update.join();
  }

  /** Lets the other rank die when a request gets there for the first time. */
  private void otherDiesAt(String request) {
    boolean[] died = {false};
    engine
        .rank(OTHER)
        .onArrival(
            (name, process) -> {
              if (name.equals(request) && !died[0]) {
                died[0] = true;
                process.die();
              }
            });
  }

  private void requireOldTableEverywhere(UpdateReport report) {
    assertEquals(1, report.count(LayerPhase.ABORTED), report::toString);
    assertEquals(initial, engine.record().current());
    assertEquals(initial, engine.process(0).gate().current());
    engine.run(Duration.ofMillis(30));
    assertEquals(GatePhase.OPEN, engine.process(0).gate().phase());
    engine.comeBack(OTHER, none);
    engine.run(Duration.ofMillis(60));
    engine.requireAllOpen();
    assertEquals(initial, engine.record().current());
    assertTrue(end(update()).complete(), "with all ranks there it works again");
    engine.run(Duration.ofMillis(60));
    assertEquals(0, engine.updater().buffersHeld());
    engine.requireAllOpen();
  }

  @Test
  void withoutFaultsLayersAreCommittedOnAllRanks() {
    UpdateReport report = end(update());
    assertTrue(report.complete(), report::toString);
    engine.run(Duration.ofMillis(10));
    engine.requireAllOpen();
    assertEquals(0, engine.updater().buffersHeld());
  }

  @Test
  void aRankThatDiesBeforeItHasPreparedAbortsTheUpdateEverywhere() {
    otherDiesAt("prepare");
    UpdateReport report = end(update());
    for (LayerProgress layer : report.layers()) {
      assertEquals(AbortReason.UNAVAILABLE, layer.reason());
      assertEquals("rank 1 has not answered in time", layer.explanation());
    }
    requireOldTableEverywhere(report);
  }

  @Test
  void aRankThatDiesWhileItReceivesAbortsTheUpdateEverywhere() {
    otherDiesAt("receive");
    UpdateReport report = end(update());
    for (LayerProgress layer : report.layers()) {
      assertEquals(AbortReason.TRANSFER_TIMEOUT, layer.reason());
    }
    requireOldTableEverywhere(report);
  }

  @Test
  void aRankThatDiesBeforeItHoldsItsStepsAbortsTheUpdateEverywhere() {
    otherDiesAt("hold");
    UpdateReport report = end(update());
    for (LayerProgress layer : report.layers()) {
      assertEquals(AbortReason.UNAVAILABLE, layer.reason());
      assertEquals("rank 1 has not answered in time", layer.explanation());
    }
    requireOldTableEverywhere(report);
  }

  @Test
  void aRankThatDiesBeforeItHasDrainedAbortsTheUpdateEverywhere() {
    otherDiesAt("drain");
    UpdateReport report = end(update());
    for (LayerProgress layer : report.layers()) {
      assertEquals(AbortReason.DRAIN_TIMEOUT, layer.reason());
    }
    requireOldTableEverywhere(report);
  }

  @Test
  void aRankThatDiesBeforeItHasExchangedAbortsTheUpdateEverywhere() {
    otherDiesAt("exchange");
    UpdateReport report = end(update());
    for (LayerProgress layer : report.layers()) {
      assertEquals(AbortReason.UNAVAILABLE, layer.reason());
    }
    requireOldTableEverywhere(report);
  }

  @Test
  void aRankThatDiesAfterTheCommitCatchesUpFromTheRecord() {
    boolean[] died = {false};
    engine
        .record()
        .onCommit(
            () -> {
              if (!died[0]) {
                died[0] = true;
                engine.process(OTHER).die();
              }
            });
    UpdateReport report = end(update());
    assertTrue(report.complete(), report::toString);
    ExpertTable committed = engine.record().current();
    assertEquals(1, committed.version());
    assertEquals(committed, engine.process(0).gate().current());
    engine.run(Duration.ofMillis(30));
    assertTrue(engine.updater().buffersHeld() > 0, "those of the rank that is away");

    engine.comeBack(OTHER, none);
    assertEquals(committed, engine.process(OTHER).gate().current());
    engine.run(Duration.ofMillis(60));
    engine.requireAllOpen();
    assertEquals(0, engine.updater().buffersHeld());
    assertEquals(1, engine.record().commits());
  }

  @Test
  void aRankThatComesBackOutdatedStopsServingAndCostsTheOthersNoMoreThanTheUpdate() {
    boolean[] died = {false};
    engine
        .record()
        .onCommit(
            () -> {
              if (!died[0]) {
                died[0] = true;
                engine.process(OTHER).die();
                engine.process(OTHER).comeBackOutdated(initial, none);
              }
            });
    assertEquals(1, end(update()).versionAfter());
    engine.run(Duration.ofMillis(30));
    assertEquals(GatePhase.BROKEN, engine.process(OTHER).gate().phase());
    LayerProgress layer = end(update()).layers().get(0);
    assertEquals(
        "rank 1 could not take part: rank 1 serves version 0, version 1 is in force;"
            + " it must restart from the record",
        layer.explanation());
    assertEquals(AbortReason.INTERNAL, layer.reason());
    assertEquals(GatePhase.OPEN, engine.process(0).gate().phase());

    engine.process(OTHER).die();
    engine.comeBack(OTHER, none);
    assertTrue(end(update()).complete());
    engine.run(Duration.ofMillis(60));
    engine.requireAllOpen();
  }

  @Test
  void aPlannerBeginsNothingWhileSlotsHoldWhatAnotherHasExchangedAndNotDecided() {
    boolean[] replaced = {false};
    engine
        .rank(0)
        .onArrival(
            (name, process) -> {
              if (name.equals("exchange") && !replaced[0]) {
                replaced[0] = true;
                engine.planner().crash();
                engine.startPlanner();
              }
            });
    CompletableFuture<UpdateReport> never = update();
    while (!replaced[0]) {
      engine.step();
    }
    LayerProgress layer = end(update()).layers().get(0);
    assertEquals(
        "rank 0 could not take part: the outcome of switch 1 of update 1000 to version 1 is not"
            + " known yet",
        layer.explanation());
    assertFalse(never.isDone());
    engine.run(Duration.ofMillis(60));
    engine.requireAllOpen();
    assertTrue(end(update()).complete());
    engine.run(Duration.ofMillis(10));
    assertEquals(0, engine.updater().buffersHeld());
    engine.requireAllOpen();
  }

  @Test
  void aRankThatMissesTheCommitAsksTheRecord() {
    engine.rank(OTHER).drop(name -> name.equals("commit") || name.equals("abort"));
    UpdateReport report = end(update());
    assertTrue(report.complete(), report::toString);
    engine.run(Duration.ofMillis(60));
    engine.requireAllOpen();
    assertEquals(1, engine.process(OTHER).gate().current().version());
  }

  @Test
  void aRankThatComesBackWhileTheSwitchIsUndecidedVoidsIt() {
    boolean[] done = {false};
    engine
        .rank(0)
        .onArrival(
            (name, process) -> {
              if (name.equals("exchange") && !done[0]) {
                done[0] = true;
                engine.process(OTHER).die();
                engine.comeBack(OTHER, none);
              }
            });
    // The other rank has drained; what it answers to the exchange does not matter any more.
    UpdateReport report = end(update());
    assertEquals(1, report.count(LayerPhase.ABORTED), report::toString);
    assertEquals(initial, engine.record().current());
    engine.run(Duration.ofMillis(60));
    engine.requireAllOpen();
  }

  @Test
  void aDecisionWhoseAnswerIsLostIsAskedForAgainAndMadeOnce() {
    engine.record().loseAnswers(3);
    CompletableFuture<UpdateReport> update = update();
    while (engine.record().commits() == 0) {
      engine.step();
    }
    engine.run(Duration.ofMillis(1));
    assertFalse(update.isDone(), "nobody knows the decision yet");
    assertEquals(GatePhase.SWITCHING, engine.process(0).gate().phase());
    UpdateReport report = end(update);
    assertTrue(report.complete(), report::toString);
    assertEquals(1, engine.record().commits());
    engine.run(Duration.ofMillis(60));
    engine.requireAllOpen();
  }

  @Test
  void whoClosesWhileTheDecisionIsAwaitedCarriesItOut() {
    engine.record().loseAnswers(3);
    CompletableFuture<UpdateReport> update = update();
    while (engine.record().commits() == 0) {
      engine.step();
    }
    engine.updater().close();
    engine.run(Duration.ofMillis(1));
    assertFalse(engine.updater().closed().toCompletableFuture().isDone());
    UpdateReport report = end(update);
    assertTrue(report.complete(), report::toString);
    assertTrue(engine.updater().closed().toCompletableFuture().isDone());
    engine.run(Duration.ofMillis(60));
    engine.requireAllOpen();
    assertEquals(1, engine.process(0).gate().current().version());
  }

  @Test
  void aRecordThatCannotBeReachedBeforeStepsAreHeldUpCostsNoPause() {
    engine.record().refuseProposals();
    UpdateReport report = end(update());
    for (LayerProgress layer : report.layers()) {
      assertEquals(AbortReason.UNAVAILABLE, layer.reason());
      assertEquals(
          "the commit record could not take part: the record is closed", layer.explanation());
    }
    assertEquals(0, report.pauses());
    engine.requireAllOpen();
  }

  @Test
  void requestsThatComeAgainWhenTheyAreOverChangeNothing() {
    RankAgent side = engine.process(0).side();
    assertTrue(end(update()).complete());
    engine.run(Duration.ofMillis(30));
    SwitchId over = new SwitchId(1, 1, 1);
    ProposalId done = new ProposalId(1, 0, 0);
    assertFails(over + " is over", side.hold(over, 1, Duration.ofSeconds(1)));
    assertFails("rank 0 does not hold its steps for " + over, side.drain(over, 100));
    assertFails("rank 0 has not prepared " + done, side.exchange(over, done));
    assertTrue(side.abort(over).toCompletableFuture().isDone());
    assertTrue(side.commit(over, initial).toCompletableFuture().isDone());
    assertTrue(side.release(done).toCompletableFuture().isDone());
    engine.run(Duration.ofMillis(30));
    engine.requireAllOpen();
    assertEquals(1, engine.process(0).gate().current().version());
  }

  private static void assertFails(String message, CompletionStage<?> stage) {
    Throwable thrown = stage.handle((value, failure) -> failure).toCompletableFuture().getNow(null);
    assertEquals(message, thrown == null ? "it did not fail" : thrown.getMessage());
  }
}
