package io.eplb.core;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.MigrationBudget;
import io.eplb.api.PolicyOptions;
import io.eplb.core.contract.ContractSettings;
import io.eplb.core.contract.GuardedPolicy;
import io.eplb.core.contract.PlanOutcome;
import io.eplb.core.registry.DiscoveredPolicy;
import io.eplb.core.registry.PolicyRegistry;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The program that the README shows under "Embed it". */
class EmbeddingTest {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddingTest.class);
  private static final int LAYERS = 4;

  @Test
  void aControlPlaneTakesItsTableFromOneVersionToTheNext() {
    EpTopology topology = EpTopology.withRedundantExperts(64, 8, 1, 1, 8);
    DiscoveredPolicy policy = PolicyRegistry.onClassPath().find("default");
    PolicyOptions options = PolicyOptions.parse(policy.options(), Map.of());
    ExpertTable table = ExpertTable.initial(LAYERS, topology);

    try (GuardedPolicy guarded =
        new GuardedPolicy(policy::newInstance, ContractSettings.defaults())) {
      double[] tokensPerSlot = measured(); // layers × ranks × slots, from your engine
      ExpertWorkload workload =
          ExpertWorkload.of(
              table.version(), 1, LAYERS, topology.ranks(), topology.slotsPerRank(), tokensPerSlot);
      PlanOutcome outcome =
          guarded.plan(table, workload, topology, options, 0L, MigrationBudget.UNLIMITED);
      outcome.failure().ifPresent(failure -> LOG.warn("the plan was rejected", failure));
      outcome.rejectedLayers().forEach(breach -> LOG.warn("a layer was rejected: {}", breach));
      table = outcome.table(); // the new table, or the old one: always a valid one
    }

    assertTrue(table.version() == 1, "the table moved on");
  }

  private static double[] measured() {
    double[] tokens = new double[LAYERS * 72];
    for (int slot = 0; slot < tokens.length; slot++) {
      tokens[slot] = 1000.0 / (1 + slot % 72);
    }
    return tokens;
  }
}
