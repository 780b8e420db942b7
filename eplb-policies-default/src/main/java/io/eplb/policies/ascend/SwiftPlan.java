package io.eplb.policies.ascend;

import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.Placement;
import io.eplb.api.Rebalance;
import java.util.function.Supplier;

/**
 * The plan of all layers for {@code swift}. Every layer is planned on its own first. Then the plan
 * is corrected until the layers together transfer no more than the reference and are balanced no
 * worse. Different layers may be planned by different threads at the same time.
 */
final class SwiftPlan {
  /** The relative error allowed for the rounding of a sum of ratios. */
  private static final double ROUNDING = 1e-12;

  final ExpertTable table;
  final ExpertWorkload workload;
  final Placement.Builder placement;

  private final LayerGain gain;
  private final int[] moved;
  private final int[] referenceMoves;
  private final double[] ratio;
  private final double[] referenceRatio;

  SwiftPlan(ExpertTable table, ExpertWorkload workload) {
    this.table = table;
    this.workload = workload;
    placement = Placement.builder(table);
    int layers = table.layers();
    gain = new LayerGain(layers);
    moved = new int[layers];
    referenceMoves = new int[layers];
    ratio = new double[layers];
    referenceRatio = new double[layers];
  }

  /** Plans a layer. */
  void plan(int layer, SwiftLayer scratch) {
    scratch.plan(layer, false, Integer.MAX_VALUE, this);
  }

  /** Plans a layer anew, strictly, if the reference balances it better. */
  void improve(int layer, SwiftLayer scratch) {
    if (ratio[layer] > referenceRatio[layer]) {
      scratch.plan(layer, true, Integer.MAX_VALUE, this);
    }
  }

  /**
   * Records a layer's peaks, all divided by 2^{@code exponent}, and its transfers.
   *
   * @param mean the mean load ÷ speed of a rank, above 0
   * @param peak that of the planned row
   * @param referencePeak that of the reference's row
   * @param moves the transfers of the planned row, at most the reference's unless those are 0
   * @param movesOfReference 0 if the reference leaves the layer as it is
   */
  void record(
      int layer,
      int exponent,
      double mean,
      double before,
      double peak,
      double referencePeak,
      int moves,
      int movesOfReference) {
    gain.record(layer, before, peak, exponent);
    moved[layer] = moves;
    referenceMoves[layer] = movesOfReference;
    ratio[layer] = peak / mean;
    referenceRatio[layer] = referencePeak / mean;
  }

  /** Saves transfers until there are no more than the reference takes. */
  void saveTransfers(Supplier<SwiftLayer> scratch) {
    long surplus = surplus();
    if (surplus <= 0) {
      return;
    }
    SwiftLayer planner = scratch.get();
    for (; surplus > 0; surplus = surplus()) {
      int layer = leastWorth();
      planner.plan(layer, false, (int) Math.max(0, moved[layer] - surplus), this);
    }
  }

  private long surplus() {
    long surplus = 0;
    for (int layer = 0; layer < moved.length; layer++) {
      surplus += moved[layer] - referenceMoves[layer];
    }
    return surplus;
  }

  /**
   * Returns the layer to save transfers in: among those that the reference leaves as they are, the
   * one that gains the least per transfer.
   */
  private int leastWorth() {
    int least = -1;
    for (int layer = 0; layer < moved.length; layer++) {
      if (referenceMoves[layer] == 0
          && moved[layer] > 0
          && (least < 0 || gain.share(layer) / moved[layer] < gain.share(least) / moved[least])) {
        least = layer;
      }
    }
    return least;
  }

  /** Returns whether the layers are balanced worse on average than by the reference. */
  boolean worse() {
    double sum = 0.0;
    double referenceSum = 0.0;
    for (int layer = 0; layer < ratio.length; layer++) {
      sum += ratio[layer];
      referenceSum += referenceRatio[layer];
    }
    return sum > referenceSum * (1.0 - ROUNDING);
  }

  /** Returns the answer, accepted if the sum of the peaks falls below a share of what it was. */
  Rebalance answer(double threshold) {
    return Rebalance.of(gain.worthwhile(threshold), gain.priority(), placement.build());
  }
}
