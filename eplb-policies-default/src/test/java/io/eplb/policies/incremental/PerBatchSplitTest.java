package io.eplb.policies.incremental;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.Dispatch;
import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyOptions;
import io.eplb.api.Rebalance;
import io.eplb.api.contract.LayerProposal;
import io.eplb.api.contract.PlacementRules;
import io.eplb.api.dispatch.LayerDispatch;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Plans of {@code incremental} for an engine that divides every batch anew. */
class PerBatchSplitTest {
  private final IncrementalPolicy policy = new IncrementalPolicy();

  @Property(tries = 2000)
  void onSlowDeadAndShortRanksTheRulesHoldAndNoPeakRises(@ForAll long seed) {
    UnequalCase scenario = UnequalCase.of(seed);
    PolicyContext context = scenario.context(policy, Dispatch.LP);

    Rebalance rebalance = policy.rebalanceExperts(scenario.table, scenario.workload, context);

    LayerProposal proposal =
        new LayerProposal(scenario.topology, scenario.ranks, context.migrationBudget());
    for (int layer = 0; layer < scenario.table.layers(); layer++) {
      int row = layer;
      boolean marked = Arrays.stream(rebalance.layerPriority()).anyMatch(other -> other == row);
      proposal.load(layer, scenario.table, rebalance.newPlacement(), marked);
      assertNull(PlacementRules.standard().firstBreach(proposal), scenario::toString);
      double before = scenario.parDivided(scenario.table.placement(), layer);
      double after = scenario.parDivided(rebalance.newPlacement(), layer);
      assertTrue(after <= before * (1 + 1e-8), () -> scenario + ": " + after + " > " + before);
    }
  }

  @Property(tries = 300)
  void theSameQuestionGetsTheSameAnswerFromAUsedPolicy(@ForAll long seed, @ForAll long other) {
    UnequalCase scenario = UnequalCase.of(seed);
    UnequalCase before = UnequalCase.of(other);
    Rebalance first =
        new IncrementalPolicy()
            .rebalanceExperts(
                scenario.table, scenario.workload, scenario.context(policy, Dispatch.LP));
    policy.rebalanceExperts(before.table, before.workload, before.context(policy, Dispatch.LP));

    assertEquals(
        first,
        policy.rebalanceExperts(
            scenario.table, scenario.workload, scenario.context(policy, Dispatch.LP)));
  }

  @Test
  void withoutLimitsALayerThatHasNoRingGetsOne() {
    for (long seed = 0; seed < 20; seed++) {
      Layer layer = new Layer(seed, 1);
      double settled = layer.par(layer.plan(Map.of()));
      double free = layer.par(layer.plan(Map.of("max-moves-per-layer", "0")));

      assertTrue(layer.par(layer.table.placement()) > 1.05);
      assertTrue(free < 1.01, "seed " + seed + ": " + free);
      assertTrue(free <= settled * (1 + 1e-8), free + " > " + settled);
    }
  }

  @Test
  void everyNodeGetsRingsOfItsOwn() {
    for (long seed = 0; seed < 20; seed++) {
      Layer layer = new Layer(seed, 2);
      double par = layer.par(layer.plan(Map.of("max-moves-per-layer", "0")));

      assertTrue(par < 1.02, "seed " + seed + ": " + par);
    }
  }

  /** A settled layer whose redundant replicas join few ranks. */
  private static final class Layer {
    final EpTopology topology;
    final ExpertTable table;
    final double[] loads;

    Layer(long seed, int nodes) {
      Random random = new Random(seed);
      topology = EpTopology.withRedundantExperts(64, 16, nodes, nodes, 16);
      loads = random.doubles(64).map(load -> Math.exp(load)).toArray();
      int[] row = new int[80];
      for (int rank = 0; rank < 16; rank++) {
        for (int slot = 0; slot < 4; slot++) {
          row[5 * rank + slot] = 4 * rank + slot;
        }
        // Pairs of ranks share the first expert of either.
        row[5 * rank + 4] = 4 * (rank ^ 1);
      }
      table = ExpertTable.of(1, 64, Placement.of(1, 16, 5, row));
    }

    Placement plan(Map<String, String> options) {
      IncrementalPolicy policy = new IncrementalPolicy();
      PolicyContext context =
          PolicyContext.builder(topology)
              .options(PolicyOptions.parse(policy.options(), options))
              .dispatch(Dispatch.LP)
              .build();
      return policy
          .rebalanceExperts(table, ExpertWorkload.ofExpertLoads(table, loads), context)
          .newPlacement();
    }

    double par(Placement placement) {
      int[] row = new int[80];
      placement.copyLayer(0, row, 0);
      return LayerDispatch.of(Dispatch.LP, topology)
          .solve(row, loads, EpRanks.nominal(topology))
          .peakToAverage();
    }
  }
}
