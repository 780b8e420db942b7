package io.eplb.policies.kernel;

import org.jspecify.annotations.Nullable;

/**
 * Places one layer after the other from scratch as DeepSeek's EPLB does, and removes duplicates on
 * a rank unless the exact reference is required. The repair does not raise the layer's peak where a
 * legal placement reaches it. A layer without duplicates is the reference's bit for bit.
 *
 * <p>The result for one layer does not depend on what was placed before. Not safe for use by
 * several threads; owns its scratch.
 */
public final class RepairedPlacement implements LayerPlacement {
  /**
   * The most slots of a small node, which is cheap to search. In a small node a duplicate carries
   * much of the load, and a placement without it may not reach the reference's peak.
   */
  private static final int SMALL = 16;

  private final NodeShape shape;
  private final boolean exactReference;
  private final ReferencePlacement reference;
  private final float[] narrowed;
  private final double[] shares;
  private final int[] counts;
  private final int[] stamps;

  /** The repair, created when first needed: many layers have no duplicate. */
  private @Nullable NodeRepair repair;

  /**
   * Creates the memory for layers of one shape.
   *
   * @param exactReference whether duplicates stay, and idle layers are placed too
   */
  public RepairedPlacement(NodeShape shape, boolean exactReference) {
    this.shape = shape;
    this.exactReference = exactReference;
    reference = new ReferencePlacement(shape, exactReference);
    int experts = shape.nodes() * shape.experts();
    narrowed = new float[experts];
    shares = new double[experts];
    counts = new int[experts];
    stamps = new int[shape.experts()];
  }

  /** Returns whether duplicates stay, and idle layers are placed too. */
  public boolean exactReference() {
    return exactReference;
  }

  @Override
  public boolean place(double[] loads, int[] row) {
    if (!LoadScale.narrow(loads, loads.length, narrowed) && !exactReference) {
      return false;
    }
    reference.place(narrowed);
    translate(row);
    if (!exactReference) {
      repairDuplicates(loads, row);
    }
    return true;
  }

  /**
   * Copies the replica number of each slot of the layer placed last; only with {@code
   * exactReference}.
   *
   * @param replicas receives them
   */
  public void copyReplicaNumbers(int[] replicas) {
    System.arraycopy(reference.replicaRow, 0, replicas, 0, reference.replicaRow.length);
  }

  private void repairDuplicates(double[] loads, int[] row) {
    boolean found = false;
    double peak = 0.0;
    for (int node = 0; node < shape.nodes(); node++) {
      int from = node * shape.slots();
      if (LayerRow.hasDuplicate(
          reference.localRow, from, from + shape.slots(), shape.slotsPerRank(), stamps)) {
        if (!found) {
          found = true;
          peak = LayerRow.peak(row, loads, shape.slotsPerRank(), counts, shares);
        }
        repair().repair(reference, node, loads, peak);
      }
    }
    if (found) {
      if (shape.slots() <= SMALL) {
        refineNodes(loads);
      }
      translate(row);
    }
  }

  /**
   * Lowers the peak of every node. The limit is the highest mean rank load of a node, since the
   * layer's peak cannot fall below it.
   */
  private void refineNodes(double[] loads) {
    double hottestMean = 0.0;
    for (int node = 0; node < shape.nodes(); node++) {
      double sum = 0.0;
      for (int expert = 0; expert < shape.experts(); expert++) {
        sum += loads[reference.logicalOf[node * shape.experts() + expert]];
      }
      hottestMean = Math.max(hottestMean, sum / shape.ranks());
    }
    for (int node = 0; node < shape.nodes(); node++) {
      repair().refine(reference, node, loads, hottestMean);
    }
  }

  private NodeRepair repair() {
    NodeRepair made = repair;
    if (made == null) {
      made = new NodeRepair(shape);
      repair = made;
    }
    return made;
  }

  private void translate(int[] row) {
    int slots = shape.slots();
    for (int node = 0; node < shape.nodes(); node++) {
      int firstExpert = node * shape.experts();
      for (int slot = node * slots; slot < (node + 1) * slots; slot++) {
        row[slot] = reference.logicalOf[firstExpert + reference.localRow[slot]];
      }
    }
  }
}
