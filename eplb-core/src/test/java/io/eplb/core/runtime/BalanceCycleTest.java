package io.eplb.core.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.ExpertTable;
import io.eplb.api.LoadPhase;
import io.eplb.api.Rebalance;
import io.eplb.core.balance.BalanceReport;
import io.eplb.core.load.LoadRecording;
import io.eplb.core.update.UpdateReport;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BalanceCycleTest {
  @Test
  void aCycleCollectsPlansUpdatesAndStartsOver() {
    try (CycleRig rig = new CycleRig()) {
      CompletableFuture<UpdateReport> update = new CompletableFuture<>();
      rig.updates = (version, next, layers) -> update;
      assertEquals(RuntimePhase.COLLECTING, rig.phase());
      rig.serve(CycleRig.COLLECTION);
      rig.threads.runEvents();
      assertEquals(RuntimePhase.PLANNING, rig.phase());
      rig.threads.runAll();
      assertEquals(RuntimePhase.UPDATING, rig.phase());
      ExpertTable start = rig.context.current();
      update.complete(rig.commit(0, CycleRig.balanced(start).newPlacement(), new int[] {1, 0}));
      rig.threads.runAll();
      assertEquals(RuntimePhase.COLLECTING, rig.phase());

      CycleReport report = rig.lastReport();
      assertEquals(1, report.cycle());
      assertEquals(CycleOutcome.COMMITTED, report.outcome());
      assertEquals(1, report.version());
      assertEquals(2, report.layersCommitted());
      CycleReport.Balance balance = report.balance().orElseThrow();
      assertTrue(balance.after().mean() < balance.before().mean(), report.toString());
      assertTrue(report.benefit().orElseThrow().saving() > 0);
      assertTrue(report.expertsMoved() > 0);

      assertEquals(CycleOutcome.UNCHANGED, rig.runCycle().outcome());
      assertEquals(2, rig.cycle.snapshot().cycles());
    }
  }

  @Test
  void aCycleBeginsWhenTheSlowestRankHasEndedTheInterval() {
    try (CycleRig rig = new CycleRig()) {
      for (int rank = 0; rank < CycleRig.TOPOLOGY.ranks(); rank++) {
        long steps = rank == 2 ? CycleRig.COLLECTION - 1 : 3 * CycleRig.COLLECTION;
        for (long step = 0; step < steps; step++) {
          rig.cycle.steps().ended(rank, true);
        }
      }
      rig.threads.runAll();
      assertEquals(RuntimePhase.COLLECTING, rig.phase());
      rig.cycle.steps().ended(2, true);
      rig.threads.runAll();
      assertEquals(1, rig.reports.size());
    }
  }

  @Test
  void stepsOfAnotherPhaseDoNotCount() {
    try (CycleRig rig = new CycleRig()) {
      for (long step = 0; step < 2 * CycleRig.COLLECTION; step++) {
        for (int rank = 0; rank < CycleRig.TOPOLOGY.ranks(); rank++) {
          rig.cycle.steps().ended(rank, step % 4 == 0);
        }
      }
      rig.threads.runAll();
      assertEquals(RuntimePhase.COLLECTING, rig.phase());
      assertEquals(2 * CycleRig.COLLECTION, rig.cycle.steps().all());
      assertEquals(CycleRig.COLLECTION / 2, rig.cycle.steps().ofPhase());
    }
  }

  @Test
  void aPlanThatIsNotThereInTimeIsGivenUpAndNeverUsed() {
    try (CycleRig rig = new CycleRig()) {
      rig.serve(CycleRig.COLLECTION);
      rig.threads.runEvents();
      rig.serve(CycleRig.PLANNING);
      rig.threads.runEvents();
      assertEquals(CycleOutcome.PLAN_LATE, rig.lastReport().outcome());
      assertEquals(RuntimePhase.COLLECTING, rig.phase());
      rig.threads.runAll();
      assertEquals(1, rig.reports.size());
      assertEquals(0, rig.context.current().version());
      assertEquals(CycleOutcome.COMMITTED, rig.runCycle().outcome());
    }
  }

  @Test
  void anAnswerThatComesTogetherWithItsLastStepIsLate() {
    try (CycleRig rig = new CycleRig()) {
      rig.serve(CycleRig.COLLECTION);
      rig.threads.runEvents();
      rig.threads.runJob();
      rig.serve(CycleRig.PLANNING);
      rig.threads.runEvents();
      assertEquals(CycleOutcome.PLAN_LATE, rig.lastReport().outcome());
      assertEquals(1, rig.reports.size());
    }
  }

  @Test
  void aPolicyThatThrowsFailsTheCycleAndIsAskedAgain() {
    assertFailsOnce(
        () -> {
          throw new IllegalStateException("no idea");
        },
        "no idea");
  }

  @Test
  void aPolicyThatDiesWithAnErrorFailsTheCycleAndIsAskedAgain() {
    assertFailsOnce(
        () -> {
          throw new AssertionError("dead");
        },
        "dead");
    assertFailsOnce(
        () -> {
          throw new OutOfMemoryError("too much");
        },
        "too much");
  }

  private static void assertFailsOnce(Supplier<Rebalance> fault, String reason) {
    AtomicInteger asked = new AtomicInteger();
    try (CycleRig rig =
        new CycleRig(
            (table, workload) ->
                asked.incrementAndGet() == 1 ? fault.get() : CycleRig.balanced(table))) {
      CycleReport failed = rig.runCycle();
      assertEquals(CycleOutcome.PLAN_FAILED, failed.outcome());
      assertTrue(failed.reason().contains(reason), failed.reason());
      assertEquals(0, rig.context.current().version());
      assertEquals(1, rig.cycle.snapshot().failuresInRow());
      assertEquals(CycleOutcome.COMMITTED, rig.runCycle().outcome());
      assertEquals(0, rig.cycle.snapshot().failuresInRow());
    }
  }

  @Test
  void anErrorOfTheVirtualMachineStopsTheRebalancingAtOnce() {
    try (CycleRig rig =
        new CycleRig(
            (table, workload) -> {
              throw new InternalError("broken");
            })) {
      assertEquals(CycleOutcome.PLAN_FAILED, rig.runCycle().outcome());
      assertStopped(rig, "the virtual machine failed: broken");
    }
  }

  @Test
  void theBreakerOpensAfterTooManyFailuresInARow() {
    try (LogLines log = new LogLines();
        CycleRig rig =
            new CycleRig(
                (table, workload) -> {
                  throw new IllegalStateException("no idea");
                })) {
      for (int failure = 1; failure < CycleRig.FAILURES; failure++) {
        rig.runCycle();
        assertEquals(RuntimePhase.COLLECTING, rig.phase());
        assertNull(rig.cycle.snapshot().whyStopped());
      }
      rig.runCycle();
      assertStopped(rig, "3 cycles in a row have failed");
      assertEquals(1, log.containing("rebalancing stops, serving goes on").size());
    }
  }

  @Test
  void aPolicyThatIsSwitchedOffStopsTheRebalancing() {
    CycleRig.Answer failing =
        (table, workload) -> {
          throw new IllegalStateException("no idea");
        };
    BenefitSettings benefit = BenefitSettings.DEFAULT;
    try (CycleRig rig = new CycleRig(failing, new MapFile("", 0), benefit, 2)) {
      rig.runCycle();
      assertEquals(RuntimePhase.COLLECTING, rig.phase());
      rig.runCycle();
      assertEquals(2, rig.cycle.snapshot().failuresInRow());
      assertStopped(rig, "no idea");
    }
  }

  @Test
  void aFaultOfTheRuntimeItselfStopsTheRebalancingAndSaysSo() {
    try (CycleRig rig = new CycleRig()) {
      rig.updates = (version, next, layers) -> nothing();
      rig.serve(CycleRig.COLLECTION);
      rig.threads.runAll();
      assertStopped(rig, "a fault of EPLB itself");
    }
  }

  @SuppressWarnings("NullAway") // What a fault looks like.
  private static CompletableFuture<UpdateReport> nothing() {
    return null;
  }

  private static void assertStopped(CycleRig rig, String why) {
    assertEquals(RuntimePhase.STOPPED, rig.phase());
    String stopped = rig.cycle.snapshot().whyStopped();
    assertNotNull(stopped);
    assertTrue(stopped.contains(why), stopped);
    int reports = rig.reports.size();
    rig.serve(5 * CycleRig.COLLECTION);
    rig.threads.runAll();
    assertEquals(reports, rig.reports.size());
    assertEquals(RuntimePhase.STOPPED, rig.phase());
  }

  @Test
  void aLoadSourceThatThrowsFailsTheCycle() {
    try (CycleRig rig = new CycleRig()) {
      LoadSource healthy = rig.loads;
      rig.loads =
          () -> {
            throw new IllegalStateException("the counters are gone");
          };
      CycleReport failed = rig.runCycle();
      assertEquals(CycleOutcome.LOAD_FAILED, failed.outcome());
      assertTrue(failed.reason().contains("the counters are gone"), failed.reason());
      rig.loads = healthy;
      assertEquals(CycleOutcome.COMMITTED, rig.runCycle().outcome());
    }
  }

  @Test
  void aLoadOfAnotherShapeIsRefusedWithTheWholeWindow() {
    try (CycleRig rig = new CycleRig()) {
      LoadRecording other = LoadRecording.of(1, 1, 8, new double[8]);
      rig.loads =
          () ->
              List.of(
                  new MeasuredLoad(LoadPhase.ALL, CycleRig.hot()),
                  new MeasuredLoad(LoadPhase.DECODE, other));
      CycleReport failed = rig.runCycle();
      assertEquals(CycleOutcome.LOAD_FAILED, failed.outcome());
      assertTrue(failed.reason().contains("I1: the load has 1 layer × 8 experts"), failed.reason());
    }
  }

  @Test
  void loadsOfOneIntervalAreAddedUp() {
    try (CycleRig rig = new CycleRig()) {
      double[] decoded = new double[CycleRig.LAYERS * 8];
      decoded[1] = 500;
      rig.loads =
          () ->
              List.of(
                  new MeasuredLoad(LoadPhase.PREFILL, CycleRig.hot()),
                  new MeasuredLoad(
                      LoadPhase.DECODE, LoadRecording.of(1, CycleRig.LAYERS, 8, decoded)));
      CycleReport report = rig.runCycle();
      double[] sum = CycleRig.hot().sum(0, 0);
      sum[1] += 500;
      assertEquals(
          BalanceReport.of(rig.table(), sum).summary(), report.balance().orElseThrow().after());
    }
  }

  @Test
  void anIntervalWithoutTokensIsNeitherSuccessNorFailure() {
    try (CycleRig rig = new CycleRig()) {
      rig.loads = List::of;
      assertEquals(CycleOutcome.NOTHING_MEASURED, rig.runCycle().outcome());
      assertEquals(0, rig.cycle.snapshot().failuresInRow());
      assertEquals(0, rig.cycle.snapshot().successSteps());
    }
  }

  @Test
  void anUpdateThatAbortsEveryLayerFailsTheCycle() {
    try (CycleRig rig = new CycleRig()) {
      rig.updates = (version, next, layers) -> rig.abortAll(version, layers);
      CycleReport report = rig.runCycle();
      assertEquals(CycleOutcome.ABORTED, report.outcome());
      assertEquals(2, report.layersAborted());
      assertEquals("layer 1 was aborted: rank 1 could not receive", report.reason());
      assertEquals(0, report.expertsMoved());
      rig.runCycle();
      rig.runCycle();
      assertStopped(rig, "3 cycles in a row have failed");
    }
  }

  @Test
  void anUpdateThatCommitsSomeLayersIsASuccess() {
    try (CycleRig rig = new CycleRig()) {
      rig.updates =
          (version, next, layers) -> {
            rig.replace(version, new int[] {layers[0]}, next);
            return CompletableFuture.completedFuture(rig.report(version, layers, 1));
          };
      CycleReport report = rig.runCycle();
      assertEquals(CycleOutcome.PARTLY_COMMITTED, report.outcome());
      assertEquals(1, report.layersCommitted());
      assertEquals(0, rig.cycle.snapshot().failuresInRow());
      assertEquals(CycleRig.COLLECTION, rig.cycle.snapshot().commitSteps());
    }
  }

  @Test
  void anUpdateThatThrowsOrFailsIsAFailedCycle() {
    try (CycleRig rig = new CycleRig()) {
      rig.updates =
          (version, next, layers) -> {
            throw new IllegalStateException("closed");
          };
      assertEquals(CycleOutcome.ABORTED, rig.runCycle().outcome());
      rig.updates =
          (version, next, layers) ->
              CompletableFuture.failedFuture(new IllegalStateException("lost"));
      CycleReport report = rig.runCycle();
      assertEquals(CycleOutcome.ABORTED, report.outcome());
      assertTrue(report.reason().contains("lost"), report.reason());
    }
  }

  @Test
  void aListenerThatThrowsChangesNothing() {
    try (CycleRig rig = new CycleRig()) {
      rig.listener =
          report -> {
            throw new IllegalStateException("not interested");
          };
      rig.context.addListener(
          change -> {
            throw new IllegalStateException("not interested either");
          });
      assertEquals(CycleOutcome.COMMITTED, rig.runCycle().outcome());
      assertEquals(RuntimePhase.COLLECTING, rig.phase());
      assertEquals(CycleOutcome.UNCHANGED, rig.runCycle().outcome());
    }
  }

  @Test
  void aListenersFailureThatCannotBePrintedChangesNothing() {
    try (LogLines log = new LogLines();
        CycleRig rig = new CycleRig()) {
      rig.listener =
          report -> {
            throw new UnprintableException();
          };
      assertEquals(CycleOutcome.COMMITTED, rig.runCycle().outcome());
      assertEquals(RuntimePhase.COLLECTING, rig.phase());
      assertEquals(1, log.containing("a listener failed on the report of cycle 1").size());
    }
  }

  @Test
  void aListenerThatFindsTheVirtualMachineBrokenStopsTheRebalancing() {
    try (CycleRig rig = new CycleRig()) {
      rig.listener =
          report -> {
            throw new InternalError("broken");
          };
      assertEquals(CycleOutcome.COMMITTED, rig.runCycle().outcome());
      assertStopped(rig, "the virtual machine failed: broken");
    }
  }

  @Test
  void aListenerThatFindsTheVirtualMachineBrokenEndsTheWaitForTheLastCycle() {
    try (CycleRig rig = new CycleRig()) {
      rig.listener =
          report -> {
            throw new InternalError("broken");
          };
      rig.serve(CycleRig.COLLECTION);
      CompletableFuture<Void> finished = rig.finish();
      rig.threads.runAll();
      assertTrue(finished.isDone());
      assertStopped(rig, "the virtual machine failed: broken");
    }
  }

  @Test
  void aListenerMayBreakTheVirtualMachineWhileItIsToldOfTheClose() {
    CycleRig rig = new CycleRig();
    rig.listener =
        report -> {
          throw new InternalError("broken");
        };
    rig.serve(CycleRig.COLLECTION);
    rig.threads.runEvents();
    rig.close();
    assertEquals("closed while planning", rig.lastReport().reason());
    assertEquals(RuntimePhase.CLOSED, rig.phase());
    CompletableFuture<Void> finished = rig.finish();
    rig.threads.runAll();
    assertTrue(finished.isDone());
  }

  @Test
  void aChangeThatIsNotWorthItsTransfersIsNotMade() {
    MapFile nowhere = new MapFile("", 0);
    try (CycleRig rig =
        new CycleRig(
            CycleRig.Answer.BALANCED, nowhere, new BenefitSettings(1e6, 0.0), CycleRig.FAILURES)) {
      CycleReport report = rig.runCycle();
      assertEquals(CycleOutcome.NOT_WORTH_IT, report.outcome());
      assertEquals(2, report.layersNotWorthIt());
      assertEquals(0, rig.table().version());
      assertEquals(CycleRig.COLLECTION, rig.cycle.snapshot().successSteps());
    }
  }

  @Test
  void theWatchdogSpeaksOnceUntilACycleSucceeds() {
    try (LogLines log = new LogLines();
        CycleRig rig = new CycleRig()) {
      rig.loads = List::of;
      for (long step = 0; step < 3 * CycleRig.BOUND; step++) {
        rig.serve(1);
        rig.threads.runAll();
        assertEquals(
            step + 1 > CycleRig.BOUND, rig.cycle.snapshot().barking(), "after step " + step);
      }
      assertEquals(1, log.containing("no balance cycle has succeeded").size());
      rig.loads = () -> List.of(new MeasuredLoad(LoadPhase.ALL, CycleRig.hot()));
      rig.runCycle();
      assertFalse(rig.cycle.snapshot().barking());
      rig.loads = List::of;
      rig.serve(2 * CycleRig.BOUND);
      rig.threads.runAll();
      assertTrue(rig.cycle.snapshot().barking());
      assertEquals(2, log.containing("no balance cycle has succeeded").size());
    }
  }

  @Test
  void theWatchdogSpeaksThoughTheRebalancingHasStopped() {
    try (CycleRig rig =
        new CycleRig(
            (table, workload) -> {
              throw new InternalError("broken");
            })) {
      rig.runCycle();
      rig.serve(2 * CycleRig.BOUND);
      rig.threads.runAll();
      assertTrue(rig.cycle.snapshot().barking());
    }
  }

  @Test
  void everyCycleIsOneLogEventOfKeysAndValues() {
    try (LogLines log = new LogLines();
        CycleRig rig = new CycleRig()) {
      rig.runCycle();
      rig.runCycle();
      List<String> events = log.containing("balance cycle cycle=");
      assertEquals(2, events.size());
      String first = events.get(0);
      for (String pair :
          List.of(
              "cycle=1 ",
              "outcome=committed ",
              "version=1 ",
              "dispatch=even ",
              "par_before=",
              "par_after=",
              "experts_moved=",
              "layers_committed=2 ",
              "layers_aborted=0 ",
              "plan_ms=",
              "update_ms=1.000 ")) {
        assertTrue(first.contains(pair), first);
      }
      assertFalse(first.contains("\n"));
      assertTrue(events.get(1).contains("outcome=unchanged"), events.get(1));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = RuntimePhase.class,
      names = {"COLLECTING", "PLANNING", "UPDATING", "STOPPED"})
  void aShutdownInEveryPhaseEndsItWithAtMostOneReport(RuntimePhase phase) {
    try (CycleRig rig = new CycleRig()) {
      CompletableFuture<UpdateReport> update = new CompletableFuture<>();
      rig.updates = (version, next, layers) -> update;
      bring(rig, phase);
      assertEquals(phase, rig.phase());
      int before = rig.reports.size();
      rig.cycle.close();
      rig.cycle.close();
      rig.threads.runAll();
      assertEquals(RuntimePhase.CLOSED, rig.phase());
      boolean underWay = phase == RuntimePhase.PLANNING || phase == RuntimePhase.UPDATING;
      assertEquals(before + (underWay ? 1 : 0), rig.reports.size());
      if (underWay) {
        assertEquals(CycleOutcome.CLOSED, rig.lastReport().outcome());
      }
      update.complete(rig.report(0, new int[] {1, 0}, 0));
      rig.serve(5 * CycleRig.COLLECTION);
      rig.threads.runAll();
      assertEquals(RuntimePhase.CLOSED, rig.phase());
      assertEquals(before + (underWay ? 1 : 0), rig.reports.size());
    }
  }

  private static void bring(CycleRig rig, RuntimePhase phase) {
    if (phase == RuntimePhase.STOPPED) {
      rig.updates = (version, next, layers) -> rig.abortAll(version, layers);
      for (int failure = 0; failure < CycleRig.FAILURES; failure++) {
        rig.runCycle();
      }
    } else if (phase != RuntimePhase.COLLECTING) {
      rig.serve(CycleRig.COLLECTION);
      rig.threads.runEvents();
      if (phase == RuntimePhase.UPDATING) {
        rig.threads.runAll();
      }
    }
  }

  @Test
  void finishingWhileStepsAreCollectedEndsAtOnceAndForGood() {
    try (CycleRig rig = new CycleRig()) {
      rig.serve(CycleRig.COLLECTION - 1);
      CompletableFuture<Void> finished = rig.finish();
      rig.threads.runAll();
      assertTrue(finished.isDone());
      assertEquals(RuntimePhase.FINISHED, rig.phase());
      rig.serve(2 * CycleRig.BOUND);
      rig.threads.runAll();
      assertEquals(0, rig.reports.size());
      assertFalse(rig.cycle.snapshot().barking());
      assertTrue(rig.finish().isDone());
    }
  }

  @Test
  void finishingBringsTheCycleToItsEndWhoseStepsHaveBeenServed() {
    try (CycleRig rig = new CycleRig()) {
      rig.serve(CycleRig.COLLECTION);
      CompletableFuture<Void> finished = rig.finish();
      rig.threads.runAll();
      assertTrue(finished.isDone());
      assertEquals(CycleOutcome.COMMITTED, rig.lastReport().outcome());
      assertEquals(RuntimePhase.FINISHED, rig.phase());
      rig.serve(CycleRig.COLLECTION);
      rig.threads.runAll();
      assertEquals(1, rig.reports.size());
    }
  }

  @Test
  void finishingSeesTheStepsThatWereServedBeforeTheCycleWasStarted() {
    CycleRig rig = new CycleRig(false);
    rig.serve(CycleRig.COLLECTION);
    rig.cycle.start();
    CompletableFuture<Void> finished = rig.finish();
    rig.threads.runAll();
    assertTrue(finished.isDone());
    assertEquals(CycleOutcome.COMMITTED, rig.lastReport().outcome());
    assertEquals(RuntimePhase.FINISHED, rig.phase());
    rig.close();
  }

  @Test
  void finishingWaitsForTheUpdateUnderWayAndTellsItsListenerFirst() {
    try (CycleRig rig = new CycleRig()) {
      CompletableFuture<UpdateReport> update = new CompletableFuture<>();
      rig.updates = (version, next, layers) -> update;
      rig.serve(CycleRig.COLLECTION);
      rig.threads.runAll();
      CompletableFuture<Void> finished = rig.finish();
      rig.listener = report -> assertFalse(finished.isDone());
      rig.threads.runAll();
      assertEquals(RuntimePhase.UPDATING, rig.phase());
      assertFalse(finished.isDone());
      ExpertTable start = rig.table();
      update.complete(rig.commit(0, CycleRig.balanced(start).newPlacement(), new int[] {1, 0}));
      rig.threads.runAll();
      assertTrue(finished.isDone());
      assertEquals(RuntimePhase.FINISHED, rig.phase());
      assertEquals(1, rig.reports.size());
    }
  }

  @Test
  void aCycleThatFailsEndsTheRebalancingThatIsToFinish() {
    try (CycleRig rig =
        new CycleRig(
            (table, workload) -> {
              throw new IllegalStateException("no idea");
            })) {
      rig.serve(CycleRig.COLLECTION);
      rig.threads.runEvents();
      CompletableFuture<Void> finished = rig.finish();
      rig.threads.runAll();
      assertTrue(finished.isDone());
      assertEquals(CycleOutcome.PLAN_FAILED, rig.lastReport().outcome());
      assertEquals(RuntimePhase.FINISHED, rig.phase());
    }
  }

  @Test
  void aCloseEndsTheWaitForTheLastCycle() {
    CycleRig rig = new CycleRig();
    rig.updates = (version, next, layers) -> new CompletableFuture<>();
    rig.serve(CycleRig.COLLECTION);
    rig.threads.runAll();
    CompletableFuture<Void> finished = rig.finish();
    rig.threads.runAll();
    assertFalse(finished.isDone());
    rig.close();
    assertTrue(finished.isDone());
    assertEquals(RuntimePhase.CLOSED, rig.phase());
    rig.threads.end();
    assertTrue(rig.finish().isDone());
  }

  @Test
  void whereNothingIsRebalancedFinishingEndsAtOnce() {
    CycleRig rig = new CycleRig(false);
    CompletableFuture<Void> finished = rig.finish();
    rig.threads.runAll();
    assertTrue(finished.isDone());
    assertEquals(RuntimePhase.OFF, rig.phase());
    rig.close();
  }

  @Test
  void aFaultOfTheRuntimeItselfEndsTheWaitForTheLastCycle() {
    try (CycleRig rig = new CycleRig()) {
      rig.updates =
          (version, next, layers) -> {
            throw new AssertionError("a bug");
          };
      rig.serve(CycleRig.COLLECTION);
      CompletableFuture<Void> finished = rig.finish();
      rig.threads.runAll();
      assertTrue(finished.isDone());
      assertEquals(RuntimePhase.STOPPED, rig.phase());
    }
  }

  @Test
  void whatHappensAfterTheThreadsHaveEndedIsIgnored() {
    CycleRig rig = new CycleRig();
    rig.close();
    rig.threads.end();
    rig.serve(5 * CycleRig.COLLECTION);
    rig.cycle.close();
    assertEquals(RuntimePhase.CLOSED, rig.phase());
  }
}
