package io.eplb.core.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Deaths of ranks and planners before and after every request of a planner. */
class ClusterFaultsTest {
  private static final List<String> ARROWS =
      List.of("join", "prepare", "propose", "nextStep", "promise", "commit", "outcome", "switched");

  @Test
  void theArrowsAreAllRequestsOfAnUpdate() {
    ClusterRig rig = serving();
    rig.assertNextUpdateIsCommitted();
    assertEquals(
        Stream.concat(Stream.of("takeOver", "table"), ARROWS.stream()).sorted().toList(),
        rig.arrow.passed().stream().sorted().toList());
  }

  private static ClusterRig serving() {
    ClusterRig rig = new ClusterRig().startRanks(0, 1, 2, 3);
    rig.planner.start();
    return rig;
  }

  private static Stream<DynamicTest> atEveryArrow(String what, Fault fault) {
    return ARROWS.stream()
        .flatMap(
            arrow ->
                Stream.of(true, false)
                    .map(
                        before ->
                            dynamicTest(
                                what + (before ? " before " : " after ") + arrow,
                                () -> fault.run(arrow, before))));
  }

  @FunctionalInterface
  private interface Fault {
    void run(String arrow, boolean before);
  }

  /** Lets a second update come to an arrow where something happens. */
  private static ClusterRig runInto(String arrow, boolean before, Consumer<ClusterRig> fault) {
    ClusterRig rig = serving();
    rig.assertNextUpdateIsCommitted();
    rig.heatNext();
    rig.arrow.at(arrow, before, () -> fault.accept(rig));
    for (int round = 0; round < 500 && !rig.arrow.awaitsNothing(); round++) {
      rig.serve(1);
    }
    assertTrue(rig.arrow.awaitsNothing(), "no update came to " + arrow);
    return rig;
  }

  @TestFactory
  Stream<DynamicTest> aRankThatDiesAndReturns() {
    return Stream.of(0, 3)
        .flatMap(
            rank ->
                atEveryArrow(
                    "rank " + rank + " dies",
                    (arrow, before) -> {
                      ClusterRig rig = runInto(arrow, before, found -> found.kill(rank));
                      rig.serve(30);
                      rig.noticeDeath(rank);
                      rig.serve(300);
                      long version = rig.record.latest().version();
                      rig.heatNext();
                      rig.serve(300);
                      assertEquals(List.of(rank), rig.planner.runtime().state().away());
                      assertEquals(version, rig.record.latest().version(), "no update without it");
                      rig.restart(rank);
                      rig.assertNextUpdateIsCommitted();
                      rig.assertNextUpdateIsCommitted();
                    }));
  }

  @Test
  void aRankWhoseLoadsAreLostForManyIntervalsDoesNotEndTheRebalancing() {
    ClusterRig rig = serving();
    rig.assertNextUpdateIsCommitted();
    rig.agent(1).withoutLoads = true;
    rig.serve(40 * ClusterRig.COLLECTION);
    assertLastOutcomes(rig, CycleOutcome.LOAD_FAILED);
    rig.agent(1).withoutLoads = false;
    rig.assertNextUpdateIsCommitted();
  }

  @Test
  void aRankThatRefusesManyUpdatesDoesNotEndTheRebalancing() {
    ClusterRig rig = serving();
    rig.assertNextUpdateIsCommitted();
    rig.agent(1).refusing = true;
    rig.heatNext();
    rig.serve(40 * ClusterRig.COLLECTION);
    assertLastOutcomes(rig, CycleOutcome.ABORTED);
    rig.agent(1).refusing = false;
    rig.assertNextUpdateIsCommitted();
  }

  private static void assertLastOutcomes(ClusterRig rig, CycleOutcome expected) {
    int cycles = rig.reports.size();
    assertTrue(cycles > 10, "cycles: " + rig.reports);
    rig.reports
        .subList(cycles - 5, cycles)
        .forEach(report -> assertEquals(expected, report.outcome()));
  }

  @TestFactory
  Stream<DynamicTest> aRankThatReturnsBeforeItsDeathIsNoticed() {
    return atEveryArrow(
        "rank 2 restarts",
        (arrow, before) -> {
          ClusterRig rig = runInto(arrow, before, found -> found.kill(2));
          SimulatedAgent dead = rig.agent(2);
          rig.restart(2);
          rig.serve(50);
          rig.group.remove(dead.member());
          rig.assertNextUpdateIsCommitted();
        });
  }

  @TestFactory
  Stream<DynamicTest> aLeadershipThatIsLost() {
    return atEveryArrow(
        "leadership lost",
        (arrow, before) -> {
          ClusterRig rig = runInto(arrow, before, found -> found.planner.loseLeadership());
          ClusterRuntime first = rig.planner.runtime();
          rig.serve(400);
          assertEquals(
              Optional.of("the leadership of epoch 1 is lost"),
              ClusterRuntimeTest.reasonOfEnd(first));
          assertEquals(0, rig.group.listeners());
          rig.elect(2).start();
          rig.assertNextUpdateIsCommitted();
        });
  }

  @TestFactory
  Stream<DynamicTest> aPlannerThatDies() {
    return atEveryArrow(
        "planner dies",
        (arrow, before) -> {
          ClusterRig rig = runInto(arrow, before, found -> found.planner.kill());
          long step = rig.agent(0).nextStep();
          rig.serve(200);
          // It may have waited at a fence until it had voided the switch.
          assertTrue(rig.agent(0).nextStep() > step + 170, "ranks serve on");
          rig.elect(2).start();
          rig.assertNextUpdateIsCommitted();
          rig.assertNextUpdateIsCommitted();
        });
  }

  @TestFactory
  Stream<DynamicTest> aPlannerThatIsDeposedInTheMiddle() {
    return atEveryArrow(
        "another planner starts",
        (arrow, before) -> {
          ClusterRig rig = runInto(arrow, before, found -> found.elect(2).start());
          rig.assertNextUpdateIsCommitted();
          assertEquals(2, rig.record.latest().epoch());
        });
  }

  @Test
  void aRankThatDiesWhileLoadsAreCollectedOrAPlanIsMadeDropsTheInterval() {
    for (RuntimePhase phase : List.of(RuntimePhase.COLLECTING, RuntimePhase.PLANNING)) {
      ClusterRig rig = serving();
      rig.assertNextUpdateIsCommitted();
      boolean planning = phase == RuntimePhase.PLANNING;
      rig.planner.threads.workerHangs = planning;
      for (int round = 0; round < 100 && rig.phase() != phase; round++) {
        rig.serve(1);
      }
      assertEquals(phase, rig.phase());
      int cycles = rig.reports.size();
      rig.kill(1);
      rig.noticeDeath(1);
      rig.planner.threads.workerHangs = false;
      rig.serve(100);
      assertEquals(cycles + (planning ? 1 : 0), rig.reports.size());
      if (planning) {
        assertEquals(CycleOutcome.RANKS_CHANGED, rig.lastReport().outcome());
      }
      rig.restart(1);
      rig.pass(Duration.ZERO);
      double[] beginning = rig.counted();
      rig.windows.clear();
      rig.assertNextUpdateIsCommitted();
      rig.assertWindowsHoldAllTokensSince(beginning);
      assertEquals(0, rig.planner.runtime().state().balance().failuresInRow());
    }
  }
}
