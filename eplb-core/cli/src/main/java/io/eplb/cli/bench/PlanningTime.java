package io.eplb.cli.bench;

import io.eplb.api.ExpertTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The times of plans, and of sorts in the same run: one load per slot, sorted layer by layer on one
 * thread. Used by one thread.
 */
final class PlanningTime {
  private final List<Long> plans = new ArrayList<>();
  private final List<Long> sorts = new ArrayList<>();

  /**
   * Adds the time of a plan, and that of a sort now.
   *
   * @param nanos the time of the plan in nanoseconds
   * @param table the planned table, without EMPTY slots
   * @param loads layers × experts tokens to sort
   */
  void add(long nanos, ExpertTable table, double[] loads) {
    plans.add(nanos);
    double[] slotLoads = SlotLoads.of(table, loads);
    int slots = table.physicalExperts();
    long start = System.nanoTime();
    for (int from = 0; from < slotLoads.length; from += slots) {
      Arrays.sort(slotLoads, from, from + slots);
    }
    sorts.add(System.nanoTime() - start);
  }

  /** Returns the median time of a plan in milliseconds; NaN without one. */
  double planMillis() {
    return median(plans) / 1e6;
  }

  /** Returns the median time of a plan ÷ that of a sort; NaN without one. */
  double planOverSort() {
    return median(plans) / median(sorts);
  }

  private static double median(List<Long> nanos) {
    if (nanos.isEmpty()) {
      return Double.NaN;
    }
    long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2.0;
  }
}
