package io.eplb.cli.bench;

import io.eplb.api.ExpertTable;

/**
 * The balancedness of ADRS's evaluator for expert parallelism: the sum over layers of the mean load
 * ÷ the sum over layers of the greatest, once for the loads of ranks and once for those of slots,
 * each its mean over windows. 1 is perfect; a window without load counts as 0, as there. Used by
 * one thread.
 *
 * <p>Unlike the mean of PAR, a sum weighs layers by their load. The figure of slots says how well
 * replicas were given out, and nothing of where they are.
 *
 * <p>Example: two ranks have the loads 6 and 2 in one layer, 1 and 1 in another. The means add up
 * to 4 + 1, the peaks to 6 + 1, so the ratio is 5 ÷ 7.
 */
final class RatioOfSums {
  private double ranks;
  private double slots;
  private int windows;

  /**
   * Adds a window.
   *
   * @param table a table without EMPTY slots
   * @param loads layers × experts tokens
   */
  void add(ExpertTable table, double[] loads) {
    double[] slotLoads = SlotLoads.of(table, loads);
    int layers = table.layers();
    windows++;
    ranks += ratio(slotLoads, layers, table.ranks(), table.slotsPerRank());
    slots += ratio(slotLoads, layers, table.physicalExperts(), 1);
  }

  /** Returns the ratio of equally large groups of consecutive slots. */
  private static double ratio(double[] slotLoads, int layers, int groups, int slotsPerGroup) {
    double total = 0.0;
    double peaks = 0.0;
    int slot = 0;
    for (int layer = 0; layer < layers; layer++) {
      double peak = 0.0;
      for (int group = 0; group < groups; group++) {
        double load = 0.0;
        for (int end = slot + slotsPerGroup; slot < end; slot++) {
          load += slotLoads[slot];
        }
        total += load;
        peak = Math.max(peak, load);
      }
      peaks += peak;
    }
    return peaks > 0.0 ? total / groups / peaks : 0.0;
  }

  /** Returns the figure of ranks, 0 to 1; NaN without a window. */
  double ofRanks() {
    return ranks / windows;
  }

  /** Returns the figure of slots, 0 to 1; NaN without a window. */
  double ofSlots() {
    return slots / windows;
  }
}
