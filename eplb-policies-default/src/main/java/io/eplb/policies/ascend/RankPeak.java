package io.eplb.policies.ascend;

/** Measures the hottest rank of a row. */
final class RankPeak {
  private RankPeak() {}

  /**
   * Returns the largest rank load: Σ over a rank's slots of load ÷ replicas.
   *
   * @param replicas scratch per expert; receives the replicas in the row
   */
  static double of(int[] row, int slots, double[] loads, int[] replicas) {
    for (int expert = 0; expert < replicas.length; expert++) {
      replicas[expert] = 0;
    }
    for (int expert : row) {
      replicas[expert]++;
    }
    double peak = 0.0;
    for (int from = 0; from < row.length; from += slots) {
      double load = 0.0;
      for (int slot = from; slot < from + slots; slot++) {
        load += loads[row[slot]] / replicas[row[slot]];
      }
      peak = Math.max(peak, load);
    }
    return peak;
  }
}
