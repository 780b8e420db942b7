package io.eplb.policies.incremental;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.MigrationBudget;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyOptions;
import io.eplb.api.Rebalance;
import io.eplb.api.contract.LayerProposal;
import io.eplb.api.contract.PlacementRules;
import io.eplb.policies.deepseek.DefaultPolicy;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Plans of {@code incremental} on ranks that are slow, dead or short of slots. */
class UnequalRanksTest {
  /** Every layer counts as unsettled; else a small one could pass for an initial layout. */
  private static final Map<String, String> UNSETTLED = Map.of("unsettled-above", "1.0");

  private static final Map<String, String> UNLIMITED = Map.of("max-moves-per-layer", "0");

  private final IncrementalPolicy policy = new IncrementalPolicy();

  @Property(tries = 2000)
  void everyAnswerObeysTheRulesAndNoPeakRises(@ForAll long seed) {
    UnequalCase scenario = UnequalCase.of(seed);
    PolicyContext context = scenario.context(policy);

    Rebalance rebalance = policy.rebalanceExperts(scenario.table, scenario.workload, context);

    LayerProposal proposal =
        new LayerProposal(scenario.topology, scenario.ranks, context.migrationBudget());
    for (int layer = 0; layer < scenario.table.layers(); layer++) {
      int row = layer;
      boolean marked = Arrays.stream(rebalance.layerPriority()).anyMatch(other -> other == row);
      proposal.load(layer, scenario.table, rebalance.newPlacement(), marked);
      assertNull(PlacementRules.standard().firstBreach(proposal), scenario::toString);
      double before = scenario.par(scenario.table.placement(), layer);
      double after = scenario.par(rebalance.newPlacement(), layer);
      assertTrue(after <= before * (1 + 1e-12), () -> scenario + ": " + after + " > " + before);
    }
  }

  @Property(tries = 300)
  void theSameQuestionGetsTheSameAnswerHoweverOftenItIsAsked(@ForAll long seed) {
    UnequalCase scenario = UnequalCase.of(seed);
    PolicyContext context = scenario.context(policy);
    Rebalance first =
        new IncrementalPolicy().rebalanceExperts(scenario.table, scenario.workload, context);

    for (int call = 0; call < 3; call++) {
      // The ids and weights of the windows change nothing: their loads are parts of the estimate.
      double[] weights = new double[scenario.workload.windows() * scenario.table.layers()];
      Arrays.fill(weights, 1.0 + call);
      ExpertWorkload again = scenario.workload.withWindowIds(call * 7L).withWeights(weights);
      assertEquals(first, policy.rebalanceExperts(scenario.table, again, context));
    }
  }

  @Property(tries = 500)
  void equallyFastRanksArePlannedAsNominalOnes(@ForAll long seed) {
    UnequalCase scenario = UnequalCase.of(seed);
    EpRanks.Builder slow = scenario.ranks.toBuilder();
    EpRanks.Builder nominal = scenario.ranks.toBuilder();
    for (int rank = 0; rank < scenario.topology.ranks(); rank++) {
      slow.speed(rank, 0.5);
      nominal.speed(rank, 1.0);
    }

    assertEquals(
        policy.rebalanceExperts(
            scenario.table, scenario.workload, scenario.context(policy, nominal.build())),
        policy.rebalanceExperts(
            scenario.table, scenario.workload, scenario.context(policy, slow.build())));
  }

  @Property(tries = 300)
  void aDeadRankIsPlannedAsIfItWereNotThere(@ForAll long seed) {
    Random random = new Random(seed);
    int ranks = 2 + random.nextInt(6);
    int slots = 2 + random.nextInt(4);
    int experts = ranks * slots - random.nextInt(ranks * slots / 2);
    EpTopology without = EpTopology.of(experts, ranks, 1, 1, slots);
    EpTopology with = EpTopology.of(experts, ranks + 1, 1, 1, slots);
    int dead = random.nextInt(ranks + 1);
    int[] row = new int[ranks * slots];
    for (int slot = 0; slot < row.length; slot++) {
      row[slot] = slot % experts;
    }
    UnequalCase.shuffle(row, random);
    double[] loads = random.doubles(experts).map(load -> Math.exp(3 * load)).toArray();
    ExpertTable table = ExpertTable.of(1, experts, Placement.of(1, ranks, slots, row));
    ExpertTable tableWith =
        ExpertTable.of(
            1, experts, Placement.of(1, ranks + 1, slots, withDeadRank(row, dead, slots)));

    Rebalance expected =
        policy.rebalanceExperts(
            table,
            ExpertWorkload.ofExpertLoads(table, loads),
            Replay.context(policy, without, UNSETTLED));
    Rebalance planned =
        policy.rebalanceExperts(
            tableWith,
            ExpertWorkload.ofExpertLoads(tableWith, loads),
            PolicyContext.builder(with)
                .options(PolicyOptions.parse(policy.options(), UNSETTLED))
                .ranks(EpRanks.builder(with).usableSlots(dead, 0).build())
                .build());

    assertEquals(expected.changed(), planned.changed());
    assertArrayEquals(
        withDeadRank(row(expected.newPlacement()), dead, slots), row(planned.newPlacement()));
  }

  private static int[] withDeadRank(int[] row, int dead, int slots) {
    int[] with = new int[row.length + slots];
    Arrays.fill(with, Placement.EMPTY);
    System.arraycopy(row, 0, with, 0, dead * slots);
    System.arraycopy(row, dead * slots, with, (dead + 1) * slots, row.length - dead * slots);
    return with;
  }

  private static int[] row(Placement placement) {
    int[] row = new int[placement.ranks() * placement.slotsPerRank()];
    placement.copyLayer(0, row, 0);
    return row;
  }

  @Property(tries = 500)
  void withoutLimitsNoLayerEndsAboveDefault(@ForAll long seed) {
    UnequalCase scenario = UnequalCase.of(seed);
    DefaultPolicy reshuffle = new DefaultPolicy();

    Placement ours = unlimited(scenario, policy, UNLIMITED);
    Placement theirs = unlimited(scenario, reshuffle, Map.of());

    for (int layer = 0; layer < scenario.table.layers(); layer++) {
      if (scenario.windows == 1) {
        double par = scenario.par(ours, layer);
        double fresh = scenario.par(theirs, layer);
        assertTrue(par <= fresh * (1 + 1e-12), () -> scenario + ": " + par + " > " + fresh);
      }
    }
  }

  private static Placement unlimited(
      UnequalCase scenario, EplbPolicy policy, Map<String, String> options) {
    return policy
        .rebalanceExperts(
            scenario.table,
            scenario.workload,
            PolicyContext.builder(scenario.topology)
                .options(PolicyOptions.parse(policy.options(), options))
                .ranks(scenario.ranks)
                .build())
        .newPlacement();
  }

  @Example
  void aHalfSpeedRankGetsHalfTheLoad() {
    EpTopology topology = EpTopology.of(6, 3, 1, 1, 2);
    EpRanks ranks = EpRanks.builder(topology).speed(1, 0.5).build();
    double[] loads = {3, 1, 2, 2, 1, 1};
    ExpertTable table = ExpertTable.initial(1, topology);

    Placement planned =
        policy
            .rebalanceExperts(
                table,
                ExpertWorkload.ofExpertLoads(table, loads),
                PolicyContext.builder(topology)
                    .options(PolicyOptions.defaults(policy.options()))
                    .ranks(ranks)
                    .build())
            .newPlacement();

    int[] row = row(planned);
    assertEquals(2.0, loads[row[2]] + loads[row[3]]);
  }

  @Example
  void aCancelledPlanEndsAtOnce() {
    EpTopology topology = EpTopology.of(4, 2, 1, 1, 2);
    ExpertTable table = ExpertTable.initial(1, topology);
    ExpertWorkload workload = ExpertWorkload.ofExpertLoads(table, new double[] {5, 5, 1, 1});

    for (boolean isCancelled : new boolean[] {false, true}) {
      PolicyContext context =
          PolicyContext.builder(topology)
              .options(PolicyOptions.defaults(policy.options()))
              .cancellation(() -> isCancelled)
              .build();

      assertEquals(!isCancelled, policy.rebalanceExperts(table, workload, context).changed());
    }
  }

  @Example
  void everyBudgetIsKeptOnASlowRank() {
    EpTopology topology = EpTopology.of(64, 8, 1, 1, 9);
    EpRanks ranks = EpRanks.builder(topology).speed(0, 0.25).build();
    Random random = new Random(4);
    double[] loads = random.doubles(64).map(load -> Math.exp(2 * load)).toArray();
    ExpertTable table = ExpertTable.initial(1, topology);
    for (int limit = 1; limit < 20; limit++) {
      MigrationBudget budget = MigrationBudget.of(limit, 2);
      Placement planned =
          policy
              .rebalanceExperts(
                  table,
                  ExpertWorkload.ofExpertLoads(table, loads),
                  PolicyContext.builder(topology)
                      .options(PolicyOptions.defaults(policy.options()))
                      .ranks(ranks)
                      .migrationBudget(budget)
                      .build())
              .newPlacement();
      LayerProposal proposal = new LayerProposal(topology, ranks, budget);
      proposal.load(0, table, planned, true);
      assertNull(PlacementRules.standard().firstBreach(proposal));
      assertTrue(PlacementRules.expertsMoved(proposal) > 0, "limit " + limit);
    }
  }
}
