package io.eplb.policies.incremental;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.PolicyContext;
import io.eplb.api.Rebalance;
import io.eplb.policies.incremental.forecast.LoadForecast;
import io.eplb.policies.incremental.layer.LayerBudget;
import io.eplb.policies.incremental.layer.LayerState;
import io.eplb.policies.incremental.layer.LivingRanks;
import io.eplb.policies.incremental.step.Descent;
import io.eplb.policies.incremental.step.ReplicaLeveling;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests the example in the description of the package. */
class PackageExampleTest {
  private static final double[] LOADS = {6, 6, 30, 21, 12, 9, 6};

  private final EpTopology topology = EpTopology.withRedundantExperts(7, 3, 1, 1, 2);
  private final ExpertTable table = ExpertTable.initial(1, topology);
  private final ExpertWorkload workload = ExpertWorkload.ofExpertLoads(table, LOADS);
  private final IncrementalPolicy policy = new IncrementalPolicy();
  private final PolicyContext context = Replay.context(policy, topology, Map.of());

  private final LivingRanks ranks = new LivingRanks(topology, context.ranks());

  @Test
  void replicasMoveAndThenExpertsAreSwapped() {
    PlanSettings settings = PlanSettings.of(context, ranks);
    LoadForecast forecast = new LoadForecast(7, 3, 1, settings.loadSpread());
    assertTrue(forecast.learn(table, workload, 0, LOADS, 0.0));
    LayerState state = new LayerState(ranks, forecast, settings.nodeCrossingPrice());
    state.start(row("abcdefgab"), settings.aversion(1));
    LayerBudget budget = settings.budget(true, forecast.shift());

    int replicas =
        new ReplicaLeveling(state, forecast)
            .level(
                budget, PlanSettings.mostReplicas(true, budget), PlanSettings.replicaMargin(true));

    assertEquals(2, replicas);
    assertRow("adcdefgcb", state);
    Descent descent = new Descent(state);
    assertTrue(descent.step(budget));
    assertRow("adcdegfcb", state);
    assertEquals(4, state.transfers().moved());
    assertFalse(descent.step(budget));
  }

  @Test
  void thePolicyReturnsTheResultOfThePhases() {
    Rebalance rebalance = policy.rebalanceExperts(table, workload, context);

    int[] planned = new int[9];
    rebalance.newPlacement().copyLayer(0, planned, 0);
    assertArrayEquals(row("adcdegfcb"), planned);
  }

  private static void assertRow(String expected, LayerState state) {
    int[] row = new int[9];
    state.current().copyTo(row);
    assertArrayEquals(row(expected), row);
  }

  private static int[] row(String experts) {
    return experts.chars().map(expert -> expert - 'a').toArray();
  }
}
