package io.eplb.policies.incremental;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.Dispatch;
import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.MigrationBudget;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyOptions;
import io.eplb.policies.deepseek.DefaultPolicy;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecordedTrafficTest {
  private static final Recording TRACE = Recording.glm52Mixed();

  private final IncrementalPolicy policy = new IncrementalPolicy();
  private final EpTopology topology = EpTopology.withRedundantExperts(256, 32, 1, 1, 32);

  @Test
  void staysBalancedOnTheNextWindowForAFewTransfers() {
    Replay replay = Replay.of(TRACE, policy, context(Map.of()));

    assertTrue(replay.parNextWindow() < 1.19, replay::toString);
    assertTrue(replay.firstMoves() <= 66, replay::toString);
    assertTrue(replay.steadyMoves() <= 8, replay::toString);
  }

  @Test
  void aRingIsBetterBalancedPerBatchThanAPlanForAnEvenSplit() {
    Replay even = Replay.of(TRACE, policy, context(Map.of()), Dispatch.LP);

    Replay ring = Replay.of(TRACE, policy, context(Map.of("dispatch", "lp")), Dispatch.LP);

    assertTrue(
        ring.parNextWindow() - 1.0 < 0.6 * (even.parNextWindow() - 1.0), () -> ring + "; " + even);
    assertTrue(ring.firstMoves() <= 120, ring::toString);
    assertTrue(ring.steadyMoves() <= 8, ring::toString);
  }

  /** All tokens of an expert go to one replica per batch, so a window is divided as by lp. */
  @Test
  void aPlanForSingleReplicasIsThatForBatches() {
    assertEquals(
        Replay.of(TRACE, policy, context(Map.of("dispatch", "lp"))),
        Replay.of(TRACE, policy, context(Map.of("dispatch", "single"))));
  }

  /** A ring and a plan for an even split must not take turns where the ring loses. */
  @Test
  void aSettledLayerKeepsItsLimitWhereRingsDoNotPay() {
    EpTopology manyRanks = EpTopology.withRedundantExperts(256, 64, 1, 1, 64);
    Map<String, String> lp = Map.of("dispatch", "lp", "unsettled-above", "1000");

    Replay replay = Replay.of(TRACE.sharpened(1.5), policy, Replay.context(policy, manyRanks, lp));

    assertTrue(replay.steadyMoves() <= 12, replay::toString);
  }

  @Test
  void theDispatchOfTheContextIsTheDefault() {
    PolicyContext asked = context(Map.of("dispatch", "lp"));
    PolicyContext configured =
        PolicyContext.builder(topology)
            .options(PolicyOptions.defaults(policy.options()))
            .dispatch(Dispatch.LP)
            .build();

    assertEquals(
        Replay.of(TRACE, policy, asked, Dispatch.LP),
        Replay.of(TRACE, policy, configured, Dispatch.LP));
  }

  @Test
  void manyRanksOfFewSlotsAreBetterBalancedOnTheNextWindowThanByAReshuffle() {
    EpTopology manyRanks = EpTopology.withRedundantExperts(256, 64, 1, 1, 64);
    DefaultPolicy reshuffle = new DefaultPolicy();

    Replay replay = Replay.of(TRACE, policy, Replay.context(policy, manyRanks, Map.of()));
    Replay reshuffled = Replay.of(TRACE, reshuffle, Replay.context(reshuffle, manyRanks, Map.of()));

    assertTrue(
        replay.parNextWindow() < reshuffled.parNextWindow(), () -> replay + "; " + reshuffled);
    assertTrue(replay.firstMoves() <= 130, replay::toString);
    assertTrue(replay.steadyMoves() <= 12, replay::toString);
  }

  @Test
  void trafficThatShiftsIsFollowedFasterThanByAReshuffleOnTheMovingAverage() {
    Recording shifting = TRACE.shifted(4, 100);
    DefaultPolicy reshuffle = new DefaultPolicy();

    Replay replay = Replay.of(shifting, policy, context(Map.of()));
    Replay reshuffled =
        Replay.of(shifting, reshuffle, Replay.context(reshuffle, topology, Map.of()));

    assertTrue(
        replay.parNextWindow() < reshuffled.parNextWindow() - 0.02,
        () -> replay + "; " + reshuffled);
    assertTrue(replay.steadyMoves() <= 32, replay::toString);
  }

  @Test
  void aQuarterOfAReshuffleBalancesTheWindowItWasPlannedOnToWithinAPercent() {
    ExpertTable initial = ExpertTable.initial(TRACE.layers(), topology);
    for (int w = 0; w < TRACE.windows(); w++) {
      Placement planned = plan(initial, w, Map.of());

      double par = Replay.meanPar(planned, TRACE.window(w), topology);
      assertTrue(par <= 1.01, "window " + w + ": " + par);
      double moved = (double) Replay.moved(initial, planned, topology) / TRACE.layers();
      assertTrue(moved <= 69, "window " + w + ": " + moved);
    }
  }

  @Test
  void withoutABudgetEveryWindowIsBalancedToWithinAThousandth() {
    ExpertTable initial = ExpertTable.initial(TRACE.layers(), topology);
    for (int w = 0; w < TRACE.windows(); w++) {
      Placement planned = plan(initial, w, Map.of("max-moves-per-layer", "0"));

      double par = Replay.meanPar(planned, TRACE.window(w), topology);
      assertTrue(par <= 1.001, "window " + w + ": " + par);
    }
  }

  @Test
  void aHalfSpeedRankCostsAtMostAPercentOnTheWindowItWasPlannedOn() {
    for (MigrationBudget budget : List.of(MigrationBudget.UNLIMITED, MigrationBudget.FREE)) {
      for (int w = 0; w < TRACE.windows(); w++) {
        double equal = parBySpeed(w, EpRanks.nominal(topology), budget);
        for (int slow : new int[] {0, 5, 31}) {
          double par = parBySpeed(w, slowRank(slow, 0.5), budget);

          assertTrue(par <= 1.01 * equal, "window " + w + ": " + par + ", equal " + equal);
        }
      }
    }
  }

  /** Nine of the coldest experts are too much for such a rank unless they have replicas. */
  @Test
  void aRankAtAQuarterOfTheSpeedGetsReplicasOfColdExperts() {
    for (int w = 0; w < TRACE.windows(); w++) {
      double equal = parBySpeed(w, EpRanks.nominal(topology), MigrationBudget.UNLIMITED);

      double par = parBySpeed(w, slowRank(3, 0.25), MigrationBudget.UNLIMITED);

      assertTrue(par <= 1.02 * equal, "window " + w + ": " + par + ", equal " + equal);
    }
  }

  private EpRanks slowRank(int rank, double speed) {
    return EpRanks.builder(topology).speed(rank, speed).build();
  }

  /** Returns the mean PAR of a first plan on the window that it was planned on. */
  private double parBySpeed(int window, EpRanks ranks, MigrationBudget budget) {
    ExpertTable initial = ExpertTable.initial(TRACE.layers(), topology);
    double[] loads = TRACE.window(window);
    PolicyContext context =
        PolicyContext.builder(topology)
            .options(PolicyOptions.defaults(policy.options()))
            .ranks(ranks)
            .migrationBudget(budget)
            .build();
    Placement planned =
        policy
            .rebalanceExperts(initial, ExpertWorkload.ofExpertLoads(initial, loads), context)
            .newPlacement();
    return Replay.meanPar(planned, loads, topology, ranks);
  }

  @Test
  void aSecondPlanOfALayerGainsLittle() {
    Placement once = plan(ExpertTable.initial(TRACE.layers(), topology), 0, Map.of());
    ExpertTable table = ExpertTable.of(1, topology.experts(), once);
    double before = Replay.meanPar(once, TRACE.window(0), topology);

    double after = Replay.meanPar(plan(table, 0, Map.of()), TRACE.window(0), topology);

    assertTrue(after <= before, after + " after " + before);
    assertEquals(before, after, 0.02);
  }

  @Test
  void crossingNodesBecomesRareAsItsPriceRises() {
    EpTopology fourNodes = EpTopology.withRedundantExperts(256, 32, 4, 8, 32);
    ExpertTable initial = ExpertTable.initial(TRACE.layers(), fourNodes);

    int free = offHome(initial, fourNodes, "0");
    int priced = offHome(initial, fourNodes, "4");

    assertTrue(priced < free, priced + " of " + free);
  }

  private int offHome(ExpertTable initial, EpTopology fourNodes, String price) {
    ExpertWorkload workload = ExpertWorkload.ofExpertLoads(initial, TRACE.window(0));
    Placement planned =
        policy
            .rebalanceExperts(
                initial,
                workload,
                Replay.context(policy, fourNodes, Map.of("node-crossing-price", price)))
            .newPlacement();
    int[] row = new int[fourNodes.physicalExperts()];
    initial.copyLayer(0, row, 0);
    int[] home = homes(row, fourNodes);
    int off = 0;
    for (int layer = 0; layer < planned.layers(); layer++) {
      planned.copyLayer(layer, row, 0);
      for (int slot = 0; slot < row.length; slot++) {
        off += home[row[slot] / fourNodes.expertsPerGroup()] == node(slot, fourNodes) ? 0 : 1;
      }
    }
    return off;
  }

  /** Returns the node that holds most of each group, the lowest of equals. */
  private static int[] homes(int[] row, EpTopology topology) {
    int[] home = new int[topology.expertGroups()];
    for (int group = 0; group < home.length; group++) {
      int[] here = new int[topology.nodes()];
      for (int slot = 0; slot < row.length; slot++) {
        here[node(slot, topology)] += row[slot] / topology.expertsPerGroup() == group ? 1 : 0;
      }
      for (int node = 1; node < here.length; node++) {
        home[group] = here[node] > here[home[group]] ? node : home[group];
      }
    }
    return home;
  }

  private static int node(int slot, EpTopology topology) {
    return slot / topology.slotsPerRank() / topology.ranksPerNode();
  }

  private Placement plan(ExpertTable table, int window, Map<String, String> options) {
    ExpertWorkload workload = ExpertWorkload.ofExpertLoads(table, TRACE.window(window));
    return policy.rebalanceExperts(table, workload, context(options)).newPlacement();
  }

  private PolicyContext context(Map<String, String> options) {
    return Replay.context(policy, topology, options);
  }
}
