package io.eplb.policies.ascend;

import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.policies.kernel.LoadScale;

/** The mean rank load of the first layer, by which the reference of {@code swift} measures all. */
final class FirstLayer {
  private final double mean;
  private final int exponent;

  private FirstLayer(double mean, int exponent) {
    this.mean = mean;
    this.exponent = exponent;
  }

  static FirstLayer of(ExpertTable table, ExpertWorkload workload) {
    double[] loads = new double[table.experts()];
    workload.expertLoads(table, 0, loads, 0);
    double largest = LoadScale.normalize(loads);
    if (largest == 0.0) {
      return new FirstLayer(0.0, 0);
    }
    double sum = 0.0;
    for (double load : loads) {
      sum += load / table.ranks();
    }
    return new FirstLayer(sum, LoadScale.exponent(largest));
  }

  /** Returns the mean, divided by 2^{@code exponent}; infinite or 0 if it is beyond numbers. */
  double mean(int exponent) {
    return Math.scalb(mean, this.exponent - exponent);
  }
}
