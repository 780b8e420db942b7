package io.eplb.policies.incremental;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.Deadline;
import io.eplb.api.Dispatch;
import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.LayerBalance;
import io.eplb.api.MigrationBudget;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyOptions;
import io.eplb.api.Rebalance;
import io.eplb.policies.deepseek.DefaultPolicy;
import io.eplb.policies.incremental.layer.LivingRanks;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class IncrementalPolicyTest {
  private final IncrementalPolicy policy = new IncrementalPolicy();

  @Test
  void anIdleLayerIsKept() {
    EpTopology topology = EpTopology.withRedundantExperts(8, 4, 1, 1, 4);

    assertFalse(plan(topology, new double[8]).changed());
  }

  @Test
  void equalLoadsAreNoReasonToMove() {
    EpTopology topology = EpTopology.withRedundantExperts(8, 4, 1, 1, 0);
    double[] equal = {5, 5, 5, 5, 5, 5, 5, 5};

    assertFalse(plan(topology, equal).changed());
  }

  @Test
  void aSingleRankIsKept() {
    EpTopology topology = EpTopology.withRedundantExperts(4, 1, 1, 1, 0);

    assertFalse(plan(topology, new double[] {9, 1, 0, 0}).changed());
  }

  @Test
  void oneSlotPerRankWithoutRedundancyLeavesNothingToGain() {
    EpTopology topology = EpTopology.withRedundantExperts(4, 4, 1, 1, 0);

    assertFalse(plan(topology, new double[] {9, 1, 0, 0}).changed());
  }

  @Test
  void withoutRedundancyExpertsAreSwapped() {
    EpTopology topology = EpTopology.withRedundantExperts(4, 2, 1, 1, 0);
    double[] loads = {10, 10, 1, 1};

    Rebalance rebalance = plan(topology, loads);

    assertEquals(1.0, par(rebalance, loads, topology), 1e-12);
  }

  @Test
  void anExpertWithAllTheLoadGetsEveryRankIfItMay() {
    EpTopology topology = EpTopology.withRedundantExperts(4, 4, 1, 1, 4);
    double[] loads = {100, 0, 0, 0};

    assertEquals(1.0, par(plan(topology, loads), loads, topology), 1e-12);
  }

  @Test
  void hugeAndTinyLoadsGiveTheSamePlan() {
    EpTopology topology = EpTopology.withRedundantExperts(8, 4, 1, 1, 4);
    double[] loads = {64, 32, 16, 8, 4, 2, 1, 1};
    int[] expected = row(plan(topology, loads), topology);

    for (double scale : new double[] {0x1p46, 0x1p1000, 0x1p-1000, Double.MIN_VALUE}) {
      double[] scaled = new double[loads.length];
      for (int expert = 0; expert < loads.length; expert++) {
        scaled[expert] = loads[expert] * scale;
      }
      assertArrayEquals(expected, row(plan(topology, scaled), topology), "scale " + scale);
    }
  }

  @Test
  void twoReplicasOnOneRankAreSeparated() {
    EpTopology topology = EpTopology.withRedundantExperts(3, 2, 1, 1, 1);
    ExpertTable table = ExpertTable.of(1, 3, Placement.of(1, 2, 2, new int[] {0, 0, 1, 2}));
    ExpertWorkload workload = ExpertWorkload.ofExpertLoads(table, new double[] {6, 1, 1});

    Rebalance rebalance = policy.rebalanceExperts(table, workload, context(topology, Map.of()));

    assertTrue(rebalance.changed());
    int[] row = row(rebalance, topology);
    assertTrue(row[0] != row[1] && row[2] != row[3]);
  }

  @Test
  void theCopiesOnARankMayChangeWithoutATransfer() {
    EpTopology topology = EpTopology.withRedundantExperts(2, 3, 1, 1, 7);
    double[] loads = {34, 69};
    Map<String, String> unlimited = Map.of("max-moves-per-layer", "0");

    assertEquals(1.0, par(plan(topology, loads, unlimited), loads, topology), 1e-12);
  }

  @Test
  void withoutLimitsNoLayerEndsAboveAReshuffle() {
    long seed = 20260731;
    Random random = new Random(seed);
    Map<String, String> unlimited = Map.of("max-moves-per-layer", "0");
    DefaultPolicy reshuffle = new DefaultPolicy();
    for (int trial = 0; trial < 500; trial++) {
      int nodes = 1 + random.nextInt(3);
      int ranks = nodes * (1 + random.nextInt(4));
      int experts = nodes * (1 + random.nextInt(12));
      int slots = (experts + ranks - 1) / ranks + random.nextInt(3);
      EpTopology topology =
          EpTopology.withRedundantExperts(
              experts, ranks, nodes, random.nextBoolean() ? nodes : 1, ranks * slots - experts);
      double[] loads = new double[experts];
      boolean steep = random.nextBoolean();
      for (int expert = 0; expert < experts; expert++) {
        loads[expert] = steep ? Math.exp(2 * random.nextGaussian()) : random.nextInt(5);
      }
      loads[0] += 1.0;
      ExpertTable table = ExpertTable.initial(1, topology);

      double ours = par(plan(topology, loads, unlimited), loads, topology);

      Rebalance reshuffled =
          reshuffle.rebalanceExperts(
              table,
              ExpertWorkload.ofExpertLoads(table, loads),
              Replay.context(reshuffle, topology, Map.of()));
      double theirs = par(reshuffled, loads, topology);
      assertTrue(
          ours <= theirs * (1 + 1e-12),
          "seed " + seed + ", trial " + trial + ": " + ours + " above " + theirs);
    }
  }

  @Test
  void whereMovesAreFreeOnlyALimitByAnOptionAllowsAHigherPeak() {
    EpTopology topology = EpTopology.withRedundantExperts(64, 16, 1, 1, 0);
    double[] loads = new double[64];
    for (int expert = 0; expert < loads.length; expert++) {
      loads[expert] = expert < 4 * 4 ? 100 : 1;
    }

    double costly = par(plan(topology, loads), loads, topology);
    double free = par(planFree(topology, loads, Map.of()), loads, topology);
    double limited =
        par(planFree(topology, loads, Map.of("max-moves-per-layer", "8")), loads, topology);

    assertTrue(free < costly, free + " where moves are free, " + costly + " where they are not");
    assertEquals(costly, limited);
  }

  @Test
  void whereMovesAreFreeNoLayerEndsAboveAReshuffle() {
    EpTopology topology = EpTopology.withRedundantExperts(24, 24, 1, 1, 8 * 3);
    Random random = new Random(5);
    DefaultPolicy reshuffle = new DefaultPolicy();
    for (int trial = 0; trial < 50; trial++) {
      double[] loads = new double[24];
      for (int expert = 0; expert < loads.length; expert++) {
        loads[expert] = Math.exp(2 * random.nextGaussian());
      }
      ExpertTable table = ExpertTable.initial(1, topology);
      Rebalance reshuffled =
          reshuffle.rebalanceExperts(
              table,
              ExpertWorkload.ofExpertLoads(table, loads),
              Replay.context(reshuffle, topology, Map.of()));

      double ours = par(planFree(topology, loads, Map.of()), loads, topology);

      assertTrue(ours <= par(reshuffled, loads, topology) * (1 + 1e-12), "trial " + trial);
    }
  }

  @Test
  void whereMovesAreFreeMostLayersStillStayWithinTheirLimit() {
    EpTopology topology = EpTopology.withRedundantExperts(64, 8, 1, 1, 8);
    ExpertTable table = ExpertTable.initial(1, topology);
    int within = 0;
    for (int trial = 0; trial < 50; trial++) {
      Placement planned = planFree(topology, randomLoads(64, trial), Map.of()).newPlacement();
      int moved = Replay.moved(table, planned, topology);
      within += moved <= PlanSettings.unsettledMoves(nominal(topology), Dispatch.EVEN) ? 1 : 0;
    }
    assertTrue(within > 25 && within < 50, within + " of 50");
  }

  @Test
  void moreRanksMayMoveMore() {
    assertEquals(8, settledMoves(EpTopology.withRedundantExperts(64, 8, 1, 1, 8)));
    assertEquals(8, settledMoves(EpTopology.withRedundantExperts(256, 32, 1, 1, 32)));
    assertEquals(12, settledMoves(EpTopology.withRedundantExperts(256, 64, 1, 1, 64)));
  }

  private static long settledMoves(EpTopology topology) {
    return PlanSettings.settledMoves(nominal(topology));
  }

  private static LivingRanks nominal(EpTopology topology) {
    return new LivingRanks(topology, EpRanks.nominal(topology));
  }

  @Test
  void aLayerWhoseTrafficShiftsMayReceiveMore() {
    EpTopology topology = EpTopology.withRedundantExperts(64, 16, 1, 1, 16);
    double[] steady = randomLoads(64, 1);
    double[] other = randomLoads(64, 2);
    ExpertTable settled = ExpertTable.of(1, 64, plan(topology, steady, Map.of()).newPlacement());
    Map<String, String> settles = Map.of("unsettled-above", "1000");
    Map<String, String> limit = Map.of("unsettled-above", "1000", "max-moves-shifted", "11");

    int quiet = moved(settled, topology, settles, steady, steady, steady, steady);
    int shifted = moved(settled, topology, settles, steady, steady, other, other);
    int limited = moved(settled, topology, limit, steady, steady, other, other);

    assertTrue(quiet <= 8, "quiet " + quiet);
    assertTrue(shifted > 11 && shifted <= 34, "shifted " + shifted);
    assertTrue(limited > 8 && limited <= 11, "limited " + limited);
  }

  @Test
  void aLimitByAnOptionHoldsForEveryLayerUnlessAnotherOptionIsSet() {
    EpTopology topology = EpTopology.withRedundantExperts(64, 16, 1, 1, 16);
    double[] steady = randomLoads(64, 1);
    double[] other = randomLoads(64, 2);
    ExpertTable initial = ExpertTable.initial(1, topology);
    ExpertTable settled = ExpertTable.of(1, 64, plan(topology, steady, Map.of()).newPlacement());
    for (int limit = 1; limit <= 16; limit++) {
      Map<String, String> limited = Map.of("max-moves-per-layer", "" + limit);
      int unsettled = moved(initial, topology, limited, steady);
      int shifted = moved(settled, topology, limited, steady, steady, steady, other);

      assertTrue(unsettled > 0 && unsettled <= limit, "unsettled " + unsettled);
      assertTrue(shifted > 0 && shifted <= limit, "shifted " + shifted);
    }
    Map<String, String> more = Map.of("max-moves-per-layer", "4", "max-moves-unsettled", "20");
    int unsettled = moved(initial, topology, more, steady);
    assertTrue(unsettled > 4 && unsettled <= 20, "unsettled " + unsettled);
  }

  @Test
  void noShiftMovesMoreThanTheBudgetOfTheCaller() {
    EpTopology topology = EpTopology.withRedundantExperts(64, 16, 1, 1, 16);
    double[] steady = randomLoads(64, 1);
    ExpertTable settled = ExpertTable.of(1, 64, plan(topology, steady, Map.of()).newPlacement());
    PolicyContext tight =
        PolicyContext.builder(topology)
            .options(PolicyOptions.defaults(policy.options()))
            .migrationBudget(MigrationBudget.of(9, 0))
            .build();

    int moved = moved(settled, tight, steady, steady, steady, randomLoads(64, 2));

    assertTrue(moved > 0 && moved <= 9, "moved " + moved);
  }

  @Test
  void aShiftIsNoReasonToMakeALayerWorseOnTheEstimate() {
    EpTopology topology = EpTopology.withRedundantExperts(64, 16, 1, 1, 16);
    Random random = new Random(3);
    ExpertTable table = ExpertTable.of(1, 64, plan(topology, randomLoads(64, 1)).newPlacement());
    for (int trial = 0; trial < 100; trial++) {
      int windows = 3 + random.nextInt(6);
      int shift = random.nextInt(windows);
      double[] loads = new double[windows * 64];
      double[] estimate = new double[64];
      for (int w = 0; w < windows; w++) {
        double[] traffic = randomLoads(64, w < shift ? trial : -trial);
        for (int expert = 0; expert < 64; expert++) {
          double load = traffic[expert] * (1.0 + 0.1 * random.nextDouble());
          loads[w * 64 + expert] = load;
          estimate[expert] += load;
        }
      }
      ExpertWorkload workload = ExpertWorkload.ofExpertLoads(table, windows, loads);

      Rebalance rebalance = policy.rebalanceExperts(table, workload, context(topology, Map.of()));

      double before = LayerBalance.of(table, 0, estimate).peakToAverage();
      double after = par(rebalance, estimate, topology);
      assertTrue(
          after <= before * (1 + 1e-12), "trial " + trial + ": " + after + " above " + before);
      table = ExpertTable.of(trial + 2, 64, rebalance.newPlacement());
    }
  }

  private int moved(
      ExpertTable table, EpTopology topology, Map<String, String> options, double[]... windows) {
    return moved(table, context(topology, options), windows);
  }

  private int moved(ExpertTable table, PolicyContext context, double[]... windows) {
    int experts = table.experts();
    double[] loads = new double[windows.length * experts];
    for (int w = 0; w < windows.length; w++) {
      double weight = w == windows.length - 1 ? windows.length : 1.0;
      // The loads fluctuate, so that a shift must be distinguished from noise.
      for (int expert = 0; expert < experts; expert++) {
        double factor = weight * (1.0 + 0.1 * ((w + expert) % 2));
        loads[w * experts + expert] = factor * windows[w][expert];
      }
    }
    ExpertWorkload workload = ExpertWorkload.ofExpertLoads(table, windows.length, loads);
    Placement planned = policy.rebalanceExperts(table, workload, context).newPlacement();
    return Replay.moved(table, planned, context.topology());
  }

  private static double[] randomLoads(int experts, long seed) {
    Random random = new Random(seed);
    double[] loads = new double[experts];
    for (int expert = 0; expert < experts; expert++) {
      loads[expert] = 1000.0 * Math.exp(0.5 * random.nextGaussian());
    }
    return loads;
  }

  @Test
  void nodesNeedNotDivideGroups() {
    EpTopology topology = EpTopology.withRedundantExperts(12, 4, 2, 3, 4);
    double[] loads = {40, 30, 20, 10, 1, 1, 1, 1, 1, 1, 1, 1};

    assertTrue(par(plan(topology, loads), loads, topology) < 1.1);
  }

  @Test
  void aDeadlineThatHasPassedKeepsTheTable() {
    EpTopology topology = EpTopology.withRedundantExperts(4, 2, 1, 1, 0);
    ExpertTable table = ExpertTable.initial(1, topology);
    ExpertWorkload workload = ExpertWorkload.ofExpertLoads(table, new double[] {10, 10, 1, 1});
    PolicyContext late =
        PolicyContext.builder(topology)
            .options(PolicyOptions.defaults(policy.options()))
            .deadline(Deadline.in(Duration.ZERO, () -> 0L))
            .build();

    assertFalse(policy.rebalanceExperts(table, workload, late).changed());
  }

  @Test
  void aTightDeadlineGivesThePlanFoundInTime() {
    EpTopology topology = EpTopology.withRedundantExperts(16, 4, 1, 1, 4);
    double[] loads = {90, 80, 70, 60, 50, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1, 1};
    ExpertTable table = ExpertTable.initial(1, topology);
    ExpertWorkload workload = ExpertWorkload.ofExpertLoads(table, loads);
    AtomicLong clock = new AtomicLong();
    PolicyContext tight =
        PolicyContext.builder(topology)
            .options(PolicyOptions.defaults(policy.options()))
            .deadline(Deadline.in(Duration.ofNanos(3), () -> clock.getAndIncrement()))
            .build();

    Rebalance rebalance = policy.rebalanceExperts(table, workload, tight);

    double before = LayerBalance.of(table, 0, loads).peakToAverage();
    double unhurried = par(plan(topology, loads), loads, topology);
    double found = par(rebalance, loads, topology);
    assertTrue(found < before, found + " after " + before);
    assertTrue(found > unhurried, found + " and " + unhurried + " with time");
  }

  @Test
  void theLayerWithTheLargestGainComesFirst() {
    EpTopology topology = EpTopology.withRedundantExperts(4, 2, 1, 1, 0);
    ExpertTable table = ExpertTable.initial(3, topology);
    double[] loads = {4, 4, 1, 1, 1, 1, 1, 1, 40, 40, 1, 1};
    ExpertWorkload workload = ExpertWorkload.ofExpertLoads(table, loads);

    Rebalance rebalance = policy.rebalanceExperts(table, workload, context(topology, Map.of()));

    assertArrayEquals(new int[] {2, 0}, rebalance.layerPriority());
  }

  private Rebalance plan(EpTopology topology, double[] loads) {
    return plan(topology, loads, Map.of());
  }

  private Rebalance plan(EpTopology topology, double[] loads, Map<String, String> options) {
    ExpertTable table = ExpertTable.initial(1, topology);
    return policy.rebalanceExperts(
        table, ExpertWorkload.ofExpertLoads(table, loads), context(topology, options));
  }

  private Rebalance planFree(EpTopology topology, double[] loads, Map<String, String> options) {
    ExpertTable table = ExpertTable.initial(1, topology);
    PolicyContext context =
        PolicyContext.builder(topology)
            .options(PolicyOptions.parse(policy.options(), options))
            .migrationBudget(MigrationBudget.FREE)
            .build();
    return policy.rebalanceExperts(table, ExpertWorkload.ofExpertLoads(table, loads), context);
  }

  private PolicyContext context(EpTopology topology, Map<String, String> options) {
    return Replay.context(policy, topology, options);
  }

  private static int[] row(Rebalance rebalance, EpTopology topology) {
    int[] row = new int[topology.physicalExperts()];
    rebalance.newPlacement().copyLayer(0, row, 0);
    return row;
  }

  private static double par(Rebalance rebalance, double[] loads, EpTopology topology) {
    return LayerBalance.of(row(rebalance, topology), loads, topology.ranks()).peakToAverage();
  }
}
