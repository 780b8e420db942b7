package io.eplb.core.simulation;

import io.eplb.api.LayerBalance;
import io.eplb.core.balance.BalanceSummary;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A sample of numbers, with its mean, percentiles and maximum. Mean and maximum are exact;
 * percentiles are exact up to {@value #EXACT} numbers and within 0.01 % beyond. Used by one thread.
 */
final class Sample {
  /** The most numbers that are kept one by one. */
  static final int EXACT = 1 << 16;

  /** A bucket is this much wider than the one before. */
  private static final double WIDTH = Math.log1p(1e-4);

  private final double least;
  private final double greatest;
  private double[] values = new double[256];
  private long @Nullable [] buckets;
  private long count;
  private double sum;
  private double max;

  /**
   * Starts without a number.
   *
   * @param least above 0; beyond {@value #EXACT} numbers a lesser one counts as this
   * @param greatest likewise for a greater one
   */
  private Sample(double least, double greatest) {
    this.least = least;
    this.greatest = greatest;
    this.max = 0.0;
  }

  /** Returns a sample of ratios of 1 or more, each at most the number of ranks. */
  static Sample ofRatios() {
    return new Sample(1.0, 1 << 20);
  }

  /** Returns a sample of times in microseconds: from a nanosecond to a quarter of an hour. */
  static Sample ofMicros() {
    return new Sample(1e-3, 1e9);
  }

  void add(double number) {
    sum += number;
    max = Math.max(max, number);
    long[] histogram = buckets;
    if (histogram == null && count == EXACT) {
      histogram = new long[bucket(greatest) + 1];
      for (double value : values) {
        histogram[Math.min(bucket(value), histogram.length - 1)]++;
      }
      values = new double[0];
      buckets = histogram;
    }
    if (histogram != null) {
      histogram[Math.min(bucket(number), histogram.length - 1)]++;
    } else {
      if (count == values.length) {
        values = Arrays.copyOf(values, values.length * 2);
      }
      values[(int) count] = number;
    }
    count++;
  }

  private int bucket(double number) {
    return (int) (Math.log(Math.max(1.0, number / least)) / WIDTH);
  }

  /** Summarises the sample, which has at least one number. */
  BalanceSummary summary() {
    return buckets == null
        ? BalanceSummary.of(exact())
        : new BalanceSummary(sum / count, inBuckets(BalanceSummary.rankOfP95(count)), max);
  }

  /** Returns mean and percentiles of the sample, which has at least one number. */
  Spread spread() {
    return new Spread(sum / count, percentile(50), percentile(95), percentile(99));
  }

  /** Returns a percentile by nearest rank, as {@link LayerBalance#percentile} takes it. */
  double percentile(int percent) {
    return buckets == null
        ? LayerBalance.percentile(exact(), percent)
        : inBuckets((percent * count + 99) / 100);
  }

  private double[] exact() {
    return Arrays.copyOf(values, (int) count);
  }

  /** Returns about the number at a position, from 1, in ascending order. */
  private double inBuckets(long rank) {
    long[] histogram = buckets;
    int bucket = -1;
    for (long below = 0; histogram != null && below < rank; ) {
      below += histogram[++bucket];
    }
    return Math.min(max, least * Math.exp((bucket + 0.5) * WIDTH));
  }
}
