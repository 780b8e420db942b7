package io.eplb.cli.reports;

import java.util.Arrays;

/**
 * The times of repeated plans, in milliseconds.
 *
 * @param rounds how many there were, 1 or more
 */
public record PlanTimes(int rounds, double min, double median, double max) {
  public static PlanTimes of(double[] millis) {
    double[] sorted = millis.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    double median = sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    return new PlanTimes(sorted.length, sorted[0], median, sorted[sorted.length - 1]);
  }
}
