package io.eplb.policies.deepseek;

import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.MigrationBudget;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.policies.kernel.LayerPlacement;
import io.eplb.policies.kernel.LayerRow;
import io.eplb.policies.kernel.RankCapacity;
import io.eplb.policies.kernel.RepairedPlacement;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Plans one layer at a time for the three policies, in one worker's scratch memory. Layers are
 * independent: a result does not depend on the layers planned before.
 */
final class DeepSeekLayer {
  private final ExpertTable table;
  private final ExpertWorkload workload;
  private final MigrationBudget budget;
  private final LayerPlacement fresh;

  /** The placement whose replicas are numbered, if they have to be. */
  private final @Nullable RepairedPlacement numbered;

  private final RankCapacity capacity;
  private final double[] loads;
  private final double[] shares;
  private final int[] counts;
  private final int[] currentRow;
  private final int[] row;
  private final int[] replicas;

  /**
   * Creates the memory of one worker.
   *
   * @param fresh places layers of the table's shape; a {@link RepairedPlacement} that answers
   *     exactly like the reference numbers the replicas
   */
  DeepSeekLayer(
      ExpertTable table, ExpertWorkload workload, PolicyContext context, LayerPlacement fresh) {
    this.table = table;
    this.workload = workload;
    this.budget = context.migrationBudget();
    this.fresh = fresh;
    numbered =
        fresh instanceof RepairedPlacement repaired && repaired.exactReference() ? repaired : null;
    capacity = RankCapacity.of(context.ranks());
    loads = new double[table.experts()];
    shares = new double[table.experts()];
    counts = new int[table.experts()];
    currentRow = new int[table.physicalExperts()];
    row = new int[table.physicalExperts()];
    replicas = new int[numbered == null ? 0 : table.physicalExperts()];
  }

  /**
   * Plans a layer.
   *
   * @param placement receives the row
   * @return the relative fall of the layer's peak; NaN if the row stays as it is
   */
  double plan(int layer, Placement.Builder placement) {
    workload.expertLoads(table, layer, loads, 0);
    table.copyLayer(layer, currentRow, 0);
    // An idle layer gives no reason to move its experts.
    if (!fresh.place(loads, row) || !affordable()) {
      return keep(layer, placement);
    }
    placement.setLayer(layer, row, 0);
    if (numbered != null) {
      numbered.copyReplicaNumbers(replicas);
      placement.setReplicaOrder(layer, replicas, 0);
    }
    return Arrays.equals(row, currentRow) ? Double.NaN : gain();
  }

  private double keep(int layer, Placement.Builder placement) {
    placement.setLayer(layer, currentRow, 0);
    return Double.NaN;
  }

  private boolean affordable() {
    return LayerRow.withinBudget(
        currentRow,
        row,
        table.slotsPerRank(),
        budget.maxMovesPerLayer(),
        budget.maxMovesPerRank(),
        counts);
  }

  private double gain() {
    double before = LayerRow.peak(currentRow, loads, capacity, counts, shares);
    double after = LayerRow.peak(row, loads, capacity, counts, shares);
    return before == 0.0 ? 0.0 : 1.0 - after / before;
  }
}
