package io.eplb.policies.deepseek;

import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.MigrationBudget;
import io.eplb.api.Placement;
import io.eplb.policies.kernel.DuplicateRepair;
import io.eplb.policies.kernel.MoveLimits;
import io.eplb.policies.kernel.SinglePrecision;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Plans one layer after the other for one worker, whose memory it owns. Layers are independent: the
 * result of one does not depend on what was planned before.
 */
final class LayerPlanner {
  /**
   * Slots of a node that can be searched through at little cost. In so small a node a duplicate
   * carries much of the load, and the reference's peak may be out of reach without it.
   */
  private static final int SMALL = 16;

  private final ExpertTable table;
  private final ExpertWorkload workload;
  private final NodeShape shape;
  private final MigrationBudget budget;
  private final boolean exactReference;
  private final ReferencePlacement reference;
  private final double[] loads;
  private final float[] narrowed;
  private final double[] shares;
  private final int[] counts;
  private final int[] currentRow;
  private final int[] row;
  private final int[] stamps;

  /** Made when first needed: many layers have no duplicate. */
  private @Nullable DuplicateRepair repair;

  LayerPlanner(
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
    reference = new ReferencePlacement(shape, exactReference);
    loads = new double[table.experts()];
    narrowed = new float[table.experts()];
    shares = new double[table.experts()];
    counts = new int[table.experts()];
    currentRow = new int[table.physicalExperts()];
    row = new int[table.physicalExperts()];
    stamps = new int[shape.experts()];
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
    boolean idle = !SinglePrecision.narrow(loads, loads.length, narrowed);
    if (idle && !exactReference) {
      // Nothing is known about the experts, so nothing justifies moving their weights.
      return keep(layer, placement);
    }
    reference.place(narrowed);
    translate();
    if (!exactReference) {
      repairDuplicates();
    }
    if (!affordable()) {
      return keep(layer, placement);
    }
    placement.setLayer(layer, row, 0);
    if (exactReference) {
      placement.setReplicaOrder(layer, reference.replicaRow, 0);
    }
    return Arrays.equals(row, currentRow) ? Double.NaN : gain();
  }

  private double keep(int layer, Placement.Builder placement) {
    placement.setLayer(layer, currentRow, 0);
    return Double.NaN;
  }

  private boolean affordable() {
    return MoveLimits.allow(
        currentRow,
        row,
        shape.slotsPerRank(),
        budget.maxMovesPerLayer(),
        budget.maxMovesPerRank(),
        counts);
  }

  private void repairDuplicates() {
    boolean found = false;
    double peak = 0.0;
    for (int node = 0; node < shape.nodes(); node++) {
      if (hasDuplicate(node)) {
        if (!found) {
          found = true;
          peak = RowPeak.peak(row, loads, shape.slotsPerRank(), counts, shares);
        }
        repair(node, peak);
      }
    }
    if (found) {
      if (shape.slots() <= SMALL) {
        refineNodes();
      }
      translate();
    }
  }

  /** No node needs to be cooler than the hottest one is on average. */
  private void refineNodes() {
    double hottestMean = 0.0;
    for (int node = 0; node < shape.nodes(); node++) {
      double sum = 0.0;
      for (int expert = 0; expert < shape.experts(); expert++) {
        sum += loads[reference.logicalOf[node * shape.experts() + expert]];
      }
      hottestMean = Math.max(hottestMean, sum / shape.ranks());
    }
    for (int node = 0; node < shape.nodes(); node++) {
      repair()
          .refine(
              reference.localRow,
              node * shape.slots(),
              loads,
              reference.logicalOf,
              reference.loads,
              node * shape.experts(),
              hottestMean);
    }
  }

  private void repair(int node, double limit) {
    repair()
        .repair(
            reference.localRow,
            node * shape.slots(),
            loads,
            reference.logicalOf,
            reference.loads,
            node * shape.experts(),
            limit);
  }

  private boolean hasDuplicate(int node) {
    int slotsPerRank = shape.slotsPerRank();
    int from = node * shape.slots();
    int to = from + shape.slots();
    // A stamp per rank that no other rank of the layer has; 0 means none.
    Arrays.fill(stamps, 0);
    for (int first = from; first < to; first += slotsPerRank) {
      int stamp = first + 1;
      for (int slot = first; slot < first + slotsPerRank; slot++) {
        int expert = reference.localRow[slot];
        if (stamps[expert] == stamp) {
          return true;
        }
        stamps[expert] = stamp;
      }
    }
    return false;
  }

  private DuplicateRepair repair() {
    DuplicateRepair made = repair;
    if (made == null) {
      made = new DuplicateRepair(shape.experts(), shape.ranks(), shape.slotsPerRank());
      repair = made;
    }
    return made;
  }

  private void translate() {
    int slots = shape.slots();
    for (int node = 0; node < shape.nodes(); node++) {
      int firstExpert = node * shape.experts();
      for (int slot = node * slots; slot < (node + 1) * slots; slot++) {
        row[slot] = reference.logicalOf[firstExpert + reference.localRow[slot]];
      }
    }
  }

  private double gain() {
    double before = RowPeak.peak(currentRow, loads, shape.slotsPerRank(), counts, shares);
    double after = RowPeak.peak(row, loads, shape.slotsPerRank(), counts, shares);
    return before == 0.0 ? 0.0 : 1.0 - after / before;
  }
}
