package io.eplb.policies.deepseek;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eplb.api.EpTopology;
import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.MigrationBudget;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyOptions;
import io.eplb.api.Rebalance;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rule P6 for the family: a layer is reshuffled within the budget or not at all. */
class MigrationBudgetTest {
  private static final EpTopology TOPOLOGY = EpTopology.of(4, 2, 1, 1, 2);

  /**
   * Layer 0 is [0 1 | 2 3] and becomes [0 3 | 1 2], so that each rank receives one expert. Layer 1
   * becomes [0 1 | 3 2], so that nothing moves.
   */
  private static final double[] LOADS = {8, 4, 2, 1, 8, 1, 2, 4};

  private static Rebalance plan(EplbPolicy policy, boolean exactReference, MigrationBudget budget) {
    ExpertTable current = ExpertTable.initial(2, TOPOLOGY);
    PolicyContext context =
        PolicyContext.builder(TOPOLOGY)
            .options(
                PolicyOptions.of(
                    policy.options(), Map.<String, Object>of("exact-reference", exactReference)))
            .migrationBudget(budget)
            .build();
    return policy.rebalanceExperts(current, ExpertWorkload.ofExpertLoads(current, LOADS), context);
  }

  private static int[] row(Rebalance answer, int layer) {
    int[] row = new int[TOPOLOGY.physicalExperts()];
    answer.newPlacement().copyLayer(layer, row, 0);
    return row;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aLayerThatWouldExceedTheBudgetStaysAndTheOthersGoOn(boolean exactReference) {
    Rebalance answer = plan(new GlobalPolicy(), exactReference, MigrationBudget.of(1, 0));

    assertArrayEquals(new int[] {0, 1, 2, 3}, row(answer, 0));
    assertArrayEquals(new int[] {0, 1, 3, 2}, row(answer, 1));
    assertArrayEquals(new int[] {1}, answer.layerPriority());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aBudgetThatSufficesChangesNothing(boolean exactReference) {
    Rebalance answer = plan(new GlobalPolicy(), exactReference, MigrationBudget.of(2, 1));

    assertArrayEquals(new int[] {0, 3, 1, 2}, row(answer, 0));
    assertEquals(plan(new GlobalPolicy(), exactReference, MigrationBudget.UNLIMITED), answer);
  }
}
