package io.eplb.policies.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EplbPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tests of every policy that ships, in every shape and under every kind of load: one rank, as many
 * slots as experts, more slots on a rank than experts, idle layers, one expert with all the load,
 * loads near 2^53 and near the smallest double, tables full of duplicates, nodes that do not divide
 * groups.
 */
class EveryPolicyEdgesTest {
  /** Policies that place from scratch or at random, without regard to the current table. */
  private static final Set<String> MAY_BE_WORSE =
      Set.of("default", "global", "hierarchical", "random");

  @ParameterizedTest
  @EnumSource(SweepShape.class)
  void answersKeepTheRulesAndDoNotMakeLayersWorse(SweepShape shape) {
    List<String> faults = new ArrayList<>();
    int policies = 0;
    for (ServiceLoader.Provider<EplbPolicy> provider :
        ServiceLoader.load(EplbPolicy.class).stream().toList()) {
      String name = provider.get().name();
      policies++;
      if (name.equals("hierarchical") && !shape.topology().hierarchical()) {
        continue;
      }
      for (SweepLoads loads : SweepLoads.values()) {
        for (SweepTable table : SweepTable.values()) {
          faults.addAll(
              new SweepCase(shape, loads, table, 7L)
                  .faults(provider.get(), MAY_BE_WORSE.contains(name)));
        }
      }
    }
    assertEquals(List.of(), faults, () -> faults.size() + " faults:\n" + String.join("\n", faults));
    assertTrue(policies >= 9, policies + " policies");
  }
}
