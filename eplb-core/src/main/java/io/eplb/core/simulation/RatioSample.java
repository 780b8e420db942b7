package io.eplb.core.simulation;

import io.eplb.core.balance.BalanceSummary;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A sample of ratios of 1 or more, with its mean, 95th percentile and maximum. Mean and maximum are
 * exact; the percentile is exact up to {@value #EXACT} ratios and within 0.01 % beyond. Used by one
 * thread.
 */
final class RatioSample {
  /** The most ratios that are kept one by one. */
  static final int EXACT = 1 << 16;

  /** A bucket is this much wider than the one before; a ratio is at most the number of ranks. */
  private static final double WIDTH = Math.log1p(1e-4);

  private double[] values = new double[256];
  private long @Nullable [] buckets;
  private long count;
  private double sum;
  private double max = 1.0;

  void add(double ratio) {
    sum += ratio;
    max = Math.max(max, ratio);
    long[] histogram = buckets;
    if (histogram == null && count == EXACT) {
      histogram = new long[bucket(1 << 20) + 1];
      for (double value : values) {
        histogram[bucket(value)]++;
      }
      values = new double[0];
      buckets = histogram;
    }
    if (histogram != null) {
      histogram[Math.min(bucket(ratio), histogram.length - 1)]++;
    } else {
      if (count == values.length) {
        values = Arrays.copyOf(values, values.length * 2);
      }
      values[(int) count] = ratio;
    }
    count++;
  }

  private static int bucket(double ratio) {
    return (int) (Math.log(ratio) / WIDTH);
  }

  /** Summarises the sample, which has at least one ratio. */
  BalanceSummary summary() {
    long[] histogram = buckets;
    if (histogram == null) {
      return BalanceSummary.of(Arrays.copyOf(values, (int) count));
    }
    long rank = BalanceSummary.rankOfP95(count);
    int bucket = -1;
    for (long below = 0; below < rank; ) {
      below += histogram[++bucket];
    }
    return new BalanceSummary(sum / count, Math.min(max, Math.exp((bucket + 0.5) * WIDTH)), max);
  }
}
