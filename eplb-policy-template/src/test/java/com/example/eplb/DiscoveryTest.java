package com.example.eplb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.PolicyOptions;
import io.eplb.core.contract.ContractSettings;
import io.eplb.core.contract.GuardedPolicy;
import io.eplb.core.contract.PlanOutcome;
import io.eplb.core.contract.PlanRequest;
import io.eplb.core.registry.DiscoveredPolicy;
import io.eplb.core.registry.PolicyRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The real core finds the policy by its name and accepts what it plans. */
class DiscoveryTest {
  private static final String NAME = new SwapHottestPolicy().name();

  private final DiscoveredPolicy discovered = PolicyRegistry.onClassPath().find(NAME);

  @Test
  void theCoreFindsThePolicyByItsName() {
    assertEquals(SwapHottestPolicy.class.getName(), discovered.className());
  }

  @Test
  void theCoreAcceptsAPlanWithOptionsAsAUserGivesThem() {
    EpTopology topology = EpTopology.of(4, 2, 1, 1, 2);
    ExpertTable table = ExpertTable.initial(1, topology);
    ExpertWorkload workload = ExpertWorkload.ofExpertLoads(table, new double[] {9, 8, 2, 1});
    PolicyOptions options =
        PolicyOptions.parse(discovered.options(), Map.of("max-swaps", "1", "threshold", "1.2"));

    try (GuardedPolicy guarded =
        new GuardedPolicy(discovered::newInstance, ContractSettings.defaults())) {
      PlanOutcome outcome =
          guarded.plan(PlanRequest.builder(table, workload, topology).options(options).build());

      assertEquals(Optional.empty(), outcome.failure());
      assertEquals(List.of(), outcome.rejectedLayers());
      assertTrue(outcome.changed());
      assertEquals(2, outcome.expertsMoved());
    }
  }
}
