package io.eplb.policies.baseline;

import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.MigrationBudget;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.Rebalance;
import io.eplb.policies.kernel.RankCapacity;
import java.util.Arrays;

/**
 * The policy {@code random}: in every layer swaps two experts between two ranks, to test the code
 * around a policy.
 *
 * <p>The choice depends on the seed, the layer and its row alone. It prefers two redundant experts
 * (with more than one replica each), and takes any two experts where no such swap is legal. A layer
 * in which no swap is legal, or whose budget does not allow two moves, stays as it is; the layers
 * that change are marked in order. Slots that a rank cannot use stay EMPTY; speeds do not count.
 */
public final class RandomPolicy implements EplbPolicy {
  /** Creates the policy; it has no state. */
  public RandomPolicy() {}

  @Override
  public String name() {
    return "random";
  }

  @Override
  public Rebalance rebalanceExperts(
      ExpertTable currentExpertTable, ExpertWorkload expertWorkload, PolicyContext context) {
    MigrationBudget budget = context.migrationBudget();
    if (budget.maxMovesPerLayer() == 1) {
      return Rebalance.unchanged(currentExpertTable);
    }
    int layers = currentExpertTable.layers();
    RankCapacity capacity = RankCapacity.of(context.ranks());
    Placement.Builder placement = Placement.builder(currentExpertTable);
    boolean[] swapped = new boolean[layers];
    context.forEachLayer(
        layers,
        () -> new RandomSwap(capacity, currentExpertTable.experts()),
        (layer, swap) -> {
          int[] row = swap.row();
          currentExpertTable.copyLayer(layer, row, 0);
          if (swap.apply(context.seed(), layer)) {
            placement.setLayer(layer, row, 0);
            swapped[layer] = true;
          }
        });
    int[] marked = new int[layers];
    int count = 0;
    for (int layer = 0; layer < layers; layer++) {
      if (swapped[layer]) {
        marked[count++] = layer;
      }
    }
    return Rebalance.of(count > 0, Arrays.copyOf(marked, count), placement.build());
  }
}
