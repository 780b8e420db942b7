package io.eplb.policies.kernel;

import java.util.Arrays;

/** The load of a row's hottest rank, measured without allocating. */
public final class RowPeak {
  private RowPeak() {}

  /**
   * Returns the load of the hottest rank.
   *
   * @param row physical slots × logical experts, rank by rank
   * @param loads by logical expert
   * @param slotsPerRank slots of one rank
   * @param counts scratch by expert
   * @param shares result: load per replica by expert
   */
  public static double peak(
      int[] row, double[] loads, int slotsPerRank, int[] counts, double[] shares) {
    Arrays.fill(counts, 0);
    for (int slot = 0; slot < row.length; slot++) {
      counts[row[slot]]++;
    }
    for (int expert = 0; expert < loads.length; expert++) {
      shares[expert] = loads[expert] / counts[expert];
    }
    double peak = 0.0;
    for (int first = 0; first < row.length; first += slotsPerRank) {
      double load = 0.0;
      for (int slot = first; slot < first + slotsPerRank; slot++) {
        load += shares[row[slot]];
      }
      peak = Math.max(peak, load);
    }
    return peak;
  }
}
