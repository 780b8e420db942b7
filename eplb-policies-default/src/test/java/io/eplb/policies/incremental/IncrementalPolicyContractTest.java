package io.eplb.policies.incremental;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.LayerBalance;
import io.eplb.api.MigrationBudget;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyOptions;
import io.eplb.api.Rebalance;
import io.eplb.api.contract.LayerProposal;
import io.eplb.api.contract.PlacementRules;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class IncrementalPolicyContractTest {
  private final IncrementalPolicy policy = new IncrementalPolicy();

  @Property(tries = 200)
  void obeysTheRulesAndNeverMakesALayerWorseThroughSeveralPlans(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 8) int ranks,
      @ForAll @IntRange(min = 1, max = 6) int slots,
      @ForAll @IntRange(min = 1, max = 3) int windows,
      @ForAll @IntRange(min = 0, max = 6) int perLayer,
      @ForAll @IntRange(min = 0, max = 2) int perRank) {
    Random random = new Random(seed);
    int experts = 1 + random.nextInt(ranks * slots);
    int nodes = ranks % 2 == 0 && random.nextBoolean() ? 2 : 1;
    int groups = experts % 2 == 0 && random.nextBoolean() ? 2 : 1;
    EpTopology topology = new EpTopology(experts, ranks, nodes, groups, slots);
    MigrationBudget budget = new MigrationBudget(perLayer, perRank);
    PolicyContext context =
        PolicyContext.builder(topology)
            .options(PolicyOptions.parse(policy.options(), Map.of()))
            .migrationBudget(budget)
            .build();
    LayerProposal proposal = new LayerProposal(topology, budget);
    ExpertTable table = ExpertTable.initial(2, topology);
    for (int plan = 0; plan < 3; plan++) {
      double[] loads = loads(random, windows * 2 * experts);
      ExpertWorkload workload = ExpertWorkload.ofExpertLoads(table, windows, loads);

      Rebalance rebalance = policy.rebalanceExperts(table, workload, context);

      assertEquals(
          rebalance.newPlacement(),
          policy.rebalanceExperts(table, workload, context).newPlacement());
      ExpertTable next = ExpertTable.of(plan + 1, experts, rebalance.newPlacement());
      double[] estimate = new double[experts];
      for (int layer = 0; layer < 2; layer++) {
        int of = layer;
        boolean marked =
            java.util.Arrays.stream(rebalance.layerPriority()).anyMatch(each -> each == of);
        proposal.load(layer, table, rebalance.newPlacement(), marked);
        assertNull(PlacementRules.standard().firstBreach(proposal));
        workload.expertLoads(table, layer, estimate, 0);
        double before = LayerBalance.of(table, layer, estimate).peakToAverage();
        double after = LayerBalance.of(next, layer, estimate).peakToAverage();
        assertTrue(after <= before * (1 + 1e-12), after + " after " + before);
      }
      table = next;
    }
  }

  private static double[] loads(Random random, int length) {
    double[] loads = new double[length];
    for (int i = 0; i < length; i++) {
      loads[i] = random.nextInt(4) == 0 ? 0.0 : Math.floor(Math.exp(8 * random.nextDouble()));
    }
    return loads;
  }
}
