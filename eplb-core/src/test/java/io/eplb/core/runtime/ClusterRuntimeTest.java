package io.eplb.core.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.InvalidInputException;
import io.eplb.core.cluster.Member;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The planner of many processes, with simulated ranks whose bytes, gates and agents are real. */
class ClusterRuntimeTest {
  private final ClusterRig rig = new ClusterRig();

  @Test
  void itBalancesOverSeveralUpdatesWhileEveryRankServes() {
    rig.startRanks(0, 1, 2, 3).planner.start();
    for (int update = 0; update < 5; update++) {
      rig.assertNextUpdateIsCommitted();
    }
    ClusterState state = rig.planner.runtime().state();
    assertEquals(List.of(), state.away());
    assertEquals(1, state.epoch());
    assertEquals(0, state.balance().failuresInRow());
    assertEquals(rig.record.latest().version(), state.balance().version());
  }

  @Test
  void everyTokenIsInOneWindowThoughTablesChange() {
    rig.startRanks(0, 1, 2, 3).serve(7);
    double[] before = rig.counted();
    rig.planner.start();
    for (int update = 0; update < 4; update++) {
      rig.assertNextUpdateIsCommitted();
    }
    assertTrue(rig.windows.size() > 4);
    rig.assertWindowsHoldAllTokensSince(before);
  }

  @Test
  void nothingIsPlannedBeforeEveryRankIsThere() {
    rig.startRanks(0, 1, 3).planner.start();
    rig.serve(200);
    assertEquals(List.of(2), rig.planner.runtime().state().away());
    assertEquals(RuntimePhase.REPAIRING, rig.planner.runtime().state().balance().phase());
    assertEquals(0, rig.windows.size());

    rig.startRanks(2);
    rig.assertNextUpdateIsCommitted();
    assertEquals(List.of(), rig.planner.runtime().state().away());
  }

  @Test
  void ranksMayComeAfterThePlanner() {
    rig.planner.start();
    rig.startRanks(3, 2, 1, 0);
    rig.assertNextUpdateIsCommitted();
  }

  @Test
  void aRankThatTwoMembersClaimCountsAsAway() {
    rig.startRanks(0, 1, 2, 3).planner.start();
    Member rival = new Member(99, 1, 4, 7, "");
    rig.group.add(rival);
    rig.serve(100);
    assertEquals(List.of(1), rig.planner.runtime().state().away());
    assertEquals(0, rig.windows.size());

    rig.group.remove(rival);
    rig.assertNextUpdateIsCommitted();
  }

  @Test
  void aMemberOfAnotherWorldIsLeftOut() {
    rig.startRanks(0, 1, 2, 3).planner.start();
    rig.group.add(new Member(99, 1, 8, 7, ""));
    rig.group.add(new Member(100, 7, 8, 7, ""));
    rig.assertNextUpdateIsCommitted();
    rig.group.remove(new Member(99, 1, 8, 7, ""));
    rig.assertNextUpdateIsCommitted();
  }

  @Test
  void aMemberThatCannotBeConnectedCountsAsAway() {
    rig.planner.start();
    rig.group.add(new Member(50, 0, 4, 7, "nobody is here"));
    rig.serve(10);
    assertEquals(List.of(0, 1, 2, 3), rig.planner.runtime().state().away());
    rig.group.remove(new Member(50, 0, 4, 7, "nobody is here"));
    rig.startRanks(0, 1, 2, 3);
    rig.assertNextUpdateIsCommitted();
  }

  @Test
  void ranksThatDoNotTellTheirLoadsAreAskedAgain() {
    rig.startRanks(0, 1, 2, 3);
    rig.agent(2).silent = true;
    rig.planner.start();
    rig.serve(100);
    assertEquals(RuntimePhase.REPAIRING, rig.planner.runtime().state().balance().phase());
    rig.agent(2).silent = false;
    rig.pass(AwaitedRanks.PATIENCE);
    rig.assertNextUpdateIsCommitted();
  }

  @Test
  void aRankThatTellsNoStepsHoldsThePlanningUpAndNothingElse() {
    rig.startRanks(0, 1, 2, 3).planner.start();
    rig.serve(5);
    rig.agent(1).silent = true;
    rig.serve(200);
    assertEquals(0, rig.windows.size());
    rig.agent(1).silent = false;
    rig.assertNextUpdateIsCommitted();
  }

  @Test
  void aDeposedPlannerThatDoesNotKnowItEndsByTheRecord() {
    rig.startRanks(0, 1, 2, 3).planner.start();
    rig.assertNextUpdateIsCommitted();
    ClusterRuntime first = rig.planner.runtime();
    rig.elect(2).start();
    rig.serve(50);

    assertEquals(Optional.of("the planner of epoch 2 has taken over"), reasonOfEnd(first));
    rig.assertNextUpdateIsCommitted();
    assertEquals(1, rig.group.listeners());
  }

  @Test
  void aPlannerThatIsDeposedJustBeforeItWatchesTheRecordEnds() {
    ClusterRig rig = new ClusterRig().startRanks(0, 1, 2, 3);
    rig.planner.access.beforeWatch = () -> rig.record.takeOver(2);

    ClusterRuntime runtime = rig.planner.start().runtime();

    assertEquals(
        "the planner of epoch 2 has taken over",
        runtime.ended().toCompletableFuture().getNow("not yet"));
    assertTrue(rig.planner.threads.ended());
  }

  @Test
  void aPlannerThatIsDeposedWhileItIsBuiltEnds() {
    ClusterRig rig = new ClusterRig().startRanks(0, 1, 2, 3);
    rig.planner.access.afterWatch =
        () -> {
          rig.record.takeOver(2);
          rig.planner.threads.runAll();
        };

    ClusterRuntime runtime = rig.planner.start().runtime();

    assertTrue(runtime.ended().toCompletableFuture().isDone());
    assertTrue(rig.planner.threads.ended());
    assertEquals(0, rig.group.listeners());
  }

  @Test
  void aPlannerThatIsDeposedBeforeItsStartFails() {
    rig.startRanks(0, 1, 2, 3);
    rig.elect(2).start();
    ClusterRig.PlannerProcess late = rig.elect(1);
    late.begin();
    late.threads.runAll();

    CompletionException failed =
        assertThrows(CompletionException.class, () -> late.starting.getNow(null));
    DeposedException deposed = assertInstanceOf(DeposedException.class, failed.getCause());
    assertEquals(
        "the planner of epoch 2 has taken over before that of epoch 1", deposed.getMessage());
    assertTrue(late.threads.ended());
  }

  @Test
  void aPlannerWaitsForARecordThatIsAway() {
    rig.startRanks(0, 1, 2, 3);
    ClusterRig.PlannerProcess planner = rig.planner;
    planner.access.away = true;
    try (LogLines log = new LogLines()) {
      planner.begin();
      rig.pass(Duration.ofMinutes(1));
      assertEquals(
          List.of("the planner of epoch 1 waits for the record: no record"),
          log.containing("waits for the record"));
    }
    assertFalse(planner.starting.isDone());
    planner.access.away = false;
    rig.pass(Duration.ofSeconds(1));
    rig.assertNextUpdateIsCommitted();
  }

  @Test
  void aLeadershipThatIsLostWhileTheRecordIsAwayEndsTheStart() {
    ClusterRig.PlannerProcess planner = rig.planner;
    planner.access.away = true;
    planner.begin();
    rig.pass(Duration.ofMinutes(1));
    planner.loseLeadership();
    rig.pass(Duration.ofMinutes(1));

    CompletionException failed =
        assertThrows(CompletionException.class, () -> planner.starting.getNow(null));
    DeposedException deposed = assertInstanceOf(DeposedException.class, failed.getCause());
    assertEquals("the leadership of epoch 1 is lost", deposed.getMessage());
    assertTrue(planner.threads.ended());
  }

  @Test
  void aRecordThatIsAwayDelaysAnUpdateAndNothingElse() {
    rig.startRanks(0, 1, 2, 3).planner.start();
    rig.assertNextUpdateIsCommitted();
    rig.planner.access.away = true;
    rig.heatNext();
    long step = rig.agent(0).nextStep();
    rig.serve(500);
    assertEquals(step + 500, rig.agent(0).nextStep(), "ranks serve on");
    rig.planner.access.away = false;
    rig.pass(Duration.ofSeconds(1));
    rig.assertNextUpdateIsCommitted();
  }

  @Test
  void closingEndsItAndTheRanksServeOn() {
    rig.startRanks(0, 1, 2, 3).planner.start();
    rig.serve(25);
    rig.planner.runtime().close();
    rig.planner.runtime().close();
    rig.serve(50); // An update that is committed has to be carried out.
    assertEquals(Optional.of("it was closed"), reasonOfEnd(rig.planner.runtime()));
    assertTrue(rig.planner.threads.ended());
    assertEquals(0, rig.group.listeners());
    assertEquals(RuntimePhase.CLOSED, rig.planner.runtime().state().balance().phase());
    long step = rig.agent(0).nextStep();
    rig.serve(200);
    assertEquals(step + 200, rig.agent(0).nextStep());
  }

  @Test
  void withoutDynamicBalancingNothingIsPlanned() {
    rig.startRanks(0, 1, 2, 3);
    ClusterRig.PlannerProcess planner = rig.planner;
    planner.starting =
        ClusterRuntime.builder(
                EplbConfig.defaults(),
                ClusterRig.TOPOLOGY,
                ClusterRig.EXPERT_BYTES,
                member -> rig.agent(member.rank()).connection(rig.arrow, () -> true))
            .start(rig.group, planner, planner.access, () -> planner.threads)
            .toCompletableFuture();
    planner.threads.runAll();
    rig.serve(200);
    assertEquals(RuntimePhase.OFF, planner.runtime().state().balance().phase());
  }

  @Test
  void partsThatDoNotFitAreRefused() {
    assertRefused(
        "measures no speeds",
        () ->
            builder(
                    EplbConfig.defaults().with(Settings.MEASURE_RANK_SPEEDS, true),
                    ClusterRig.TOPOLOGY)
                .start(rig.group, rig.planner, rig.record));
    assertRefused(
        "the bytes of an expert is 0",
        () ->
            ClusterRuntime.builder(EplbConfig.defaults(), ClusterRig.TOPOLOGY, 0, member -> null));
    assertRefused(
        "the milliseconds between two reports is 0",
        () -> builder(EplbConfig.defaults(), ClusterRig.TOPOLOGY).reportInterval(Duration.ZERO));
  }

  @Test
  void aTopologyUnlikeTheRecordsTableIsRefused() {
    ClusterRig.PlannerProcess planner = rig.planner;
    planner.starting =
        builder(EplbConfig.defaults(), EpTopology.withRedundantExperts(8, 2, 1, 1, 0))
            .start(rig.group, planner, planner.access, () -> planner.threads)
            .toCompletableFuture();
    planner.threads.runAll();
    CompletionException failed =
        assertThrows(CompletionException.class, () -> planner.starting.getNow(null));
    assertInstanceOf(InvalidInputException.class, failed.getCause());
    assertTrue(planner.threads.ended());
    assertEquals(0, rig.group.listeners());
  }

  /** Returns the reason why a planner has ended; empty if it has not. */
  static Optional<String> reasonOfEnd(ClusterRuntime runtime) {
    return Optional.ofNullable(runtime.ended().toCompletableFuture().getNow(null));
  }

  private static ClusterRuntime.Builder builder(EplbConfig config, EpTopology topology) {
    return ClusterRuntime.builder(
        config,
        topology,
        ClusterRig.EXPERT_BYTES,
        member -> {
          throw new AssertionError("nobody joins");
        });
  }

  private static void assertRefused(String words, Executable call) {
    String message = String.valueOf(assertThrows(InvalidInputException.class, call).getMessage());
    assertTrue(message.contains(words), message);
  }
}
