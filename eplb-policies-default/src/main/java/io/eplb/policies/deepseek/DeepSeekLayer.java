package io.eplb.policies.deepseek;

import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.MigrationBudget;
import io.eplb.api.Placement;
import io.eplb.policies.kernel.LayerRow;
import io.eplb.policies.kernel.NodeShape;
import io.eplb.policies.kernel.RepairedPlacement;
import java.util.Arrays;

/**
 * Plans one layer at a time for the three policies, in one worker's scratch memory. Layers are
 * independent: a result does not depend on the layers planned before.
 */
final class DeepSeekLayer {
  private final ExpertTable table;
  private final ExpertWorkload workload;
  private final NodeShape shape;
  private final MigrationBudget budget;
  private final boolean exactReference;
  private final RepairedPlacement fresh;
  private final double[] loads;
  private final double[] shares;
  private final int[] counts;
  private final int[] currentRow;
  private final int[] row;
  private final int[] replicas;

  DeepSeekLayer(
      ExpertTable table,
      ExpertWorkload workload,
      NodeShape shape,
      MigrationBudget budget,
      boolean exactReference) {
    this.table = table;
    this.workload = workload;
    this.shape = shape;
    this.budget = budget;
    this.exactReference = exactReference;
    fresh = new RepairedPlacement(shape, exactReference);
    loads = new double[table.experts()];
    shares = new double[table.experts()];
    counts = new int[table.experts()];
    currentRow = new int[table.physicalExperts()];
    row = new int[table.physicalExperts()];
    replicas = new int[exactReference ? table.physicalExperts() : 0];
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
    if (exactReference) {
      fresh.copyReplicaNumbers(replicas);
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
        shape.slotsPerRank(),
        budget.maxMovesPerLayer(),
        budget.maxMovesPerRank(),
        counts);
  }

  private double gain() {
    double before = LayerRow.peak(currentRow, loads, shape.slotsPerRank(), counts, shares);
    double after = LayerRow.peak(row, loads, shape.slotsPerRank(), counts, shares);
    return before == 0.0 ? 0.0 : 1.0 - after / before;
  }
}
