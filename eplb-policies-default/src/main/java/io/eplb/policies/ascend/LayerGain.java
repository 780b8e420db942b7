package io.eplb.policies.ascend;

import io.eplb.policies.kernel.LayerOrder;

/**
 * The peaks of all layers before and after a plan. They decide whether the plan is worthwhile, and
 * the order of its layers. Each layer is recorded by one thread; the results are read afterwards.
 */
final class LayerGain {
  private final double[] before;
  private final double[] after;
  private final int[] exponents;

  LayerGain(int layers) {
    this.before = new double[layers];
    this.after = new double[layers];
    this.exponents = new int[layers];
  }

  /**
   * Records a layer's peaks, both divided by 2^{@code exponent}; an idle layer is not recorded.
   *
   * @param after the peak of the planned row, equal to {@code before} if it stays
   */
  void record(int layer, double before, double after, int exponent) {
    this.before[layer] = before;
    this.after[layer] = after;
    this.exponents[layer] = exponent;
  }

  /** Returns the share by which a layer's peak falls. */
  double share(int layer) {
    return before[layer] > 0.0 ? 1.0 - after[layer] / before[layer] : 0.0;
  }

  /** Returns whether Σ peaks after &lt; {@code threshold} × Σ peaks before. */
  boolean worthwhile(double threshold) {
    int common = Integer.MIN_VALUE;
    for (int layer = 0; layer < before.length; layer++) {
      if (before[layer] > 0.0) {
        common = Math.max(common, exponents[layer]);
      }
    }
    double sumBefore = 0.0;
    double sumAfter = 0.0;
    for (int layer = 0; layer < before.length; layer++) {
      if (before[layer] > 0.0) {
        sumBefore += Math.scalb(before[layer], exponents[layer] - common);
        sumAfter += Math.scalb(after[layer], exponents[layer] - common);
      }
    }
    return sumAfter < threshold * sumBefore;
  }

  /** Returns all layers by peak after ÷ peak before, smallest first; ties by index. */
  int[] priority() {
    double[] gains = new double[before.length];
    for (int layer = 0; layer < gains.length; layer++) {
      gains[layer] = before[layer] > 0.0 ? -(after[layer] / before[layer]) : -1.0;
    }
    return LayerOrder.byGain(gains);
  }
}
