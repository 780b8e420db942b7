package io.eplb.api;

import io.eplb.api.wording.Counted;
import java.util.Arrays;

/**
 * The balance of one layer's load over the ranks: the one definition of PAR that every report and
 * every test uses.
 *
 * @param peak the load of the hottest rank, in tokens
 * @param mean the mean load over the ranks, in tokens; below {@link Double#MIN_NORMAL} it has few
 *     digits, and so have the ratios
 */
public record LayerBalance(double peak, double mean) {
  /**
   * Creates a balance.
   *
   * @throws InvalidInputException unless 0 ≤ mean ≤ peak (but for rounding) and both are finite
   */
  public LayerBalance {
    if (!(mean >= 0.0 && peak <= Double.MAX_VALUE && peak >= mean * (1 - 1e-9))) {
      throw new InvalidInputException(
          "a peak of %s with a mean of %s is impossible; 0 ≤ mean ≤ peak holds"
              .formatted(peak, mean));
    }
  }

  /**
   * Measures a row of physical slots: a rank's load is Σ over its slots of load(expert) ÷
   * replicas(expert).
   *
   * @param physicalToLogical ranks × slots experts, rank by rank, within 0…E−1
   * @param expertLoads E loads, each finite and at least 0
   * @param ranks 1 to the row's length, which it divides
   * @throws InvalidInputException if {@code ranks} does not divide the row, the row has an expert
   *     without a load, a load is negative, NaN or infinite, or they sum to more than {@link
   *     ExpertWorkload#MAX_LAYER_TOTAL}
   */
  public static LayerBalance of(int[] physicalToLogical, double[] expertLoads, int ranks) {
    Require.notNull("the row", physicalToLogical);
    Require.notNull("the expert loads", expertLoads);
    Require.inRange("ranks", ranks, 1, EpTopology.MAX_RANKS);
    if (physicalToLogical.length == 0 || physicalToLogical.length % ranks != 0) {
      throw new InvalidInputException(
          "%s ranks do not divide a row of %s; every rank holds equally many slots, at least one"
              .formatted(ranks, Counted.of(physicalToLogical.length, "slot")));
    }
    int[] replicas = new int[expertLoads.length];
    for (int expert : physicalToLogical) {
      Require.index("expert", expert, expertLoads.length);
      replicas[expert]++;
    }
    double[] share = new double[expertLoads.length];
    double total = 0.0;
    for (int expert = 0; expert < share.length; expert++) {
      double load = expertLoads[expert];
      if (!(load >= 0.0 && load <= Double.MAX_VALUE)) {
        throw new InvalidInputException(
            "I2: the load of expert %s is %s; every load must be finite and at least 0"
                .formatted(expert, load));
      }
      if (replicas[expert] > 0) {
        share[expert] = load / replicas[expert];
        total += load;
      }
    }
    if (total > ExpertWorkload.MAX_LAYER_TOTAL) {
      throw new InvalidInputException(
          "I2: the expert loads sum to %s; at most %s is supported, scale them down"
              .formatted(total, ExpertWorkload.MAX_LAYER_TOTAL));
    }
    int slots = physicalToLogical.length / ranks;
    double peak = 0.0;
    for (int rank = 0; rank < ranks; rank++) {
      double load = 0.0;
      for (int slot = rank * slots; slot < (rank + 1) * slots; slot++) {
        load += share[physicalToLogical[slot]];
      }
      peak = Math.max(peak, load);
    }
    // Rounding, and underflow of shares or of the mean, must not make a loaded layer idle or its
    // peak less than its mean.
    double mean = total == 0.0 ? 0.0 : Math.max(total / ranks, Double.MIN_VALUE);
    return new LayerBalance(Math.max(peak, mean), mean);
  }

  /**
   * Measures one layer of a table.
   *
   * @param expertLoads E loads, each finite and at least 0
   * @throws InvalidInputException if there is no such layer, the length is not the table's experts,
   *     or a load is invalid
   */
  public static LayerBalance of(ExpertTable table, int layer, double[] expertLoads) {
    Require.notNull("the table", table);
    Require.notNull("the expert loads", expertLoads);
    if (expertLoads.length != table.experts()) {
      throw new InvalidInputException(
          "I1: the layer has %s and %s; every expert needs one"
              .formatted(
                  Counted.of(table.experts(), "expert"),
                  Counted.of(expertLoads.length, "expert load")));
    }
    int[] row = new int[table.physicalExperts()];
    table.copyLayer(layer, row, 0);
    return of(row, expertLoads, table.ranks());
  }

  /** Returns whether the layer has no load at all. */
  public boolean idle() {
    return peak == 0.0;
  }

  /** Returns the peak-to-average ratio, 1 or more; 1 for an idle layer. */
  public double peakToAverage() {
    return idle() ? 1.0 : Math.max(1.0, peak / mean);
  }

  /** Returns mean ÷ peak, in (0, 1]. */
  public double balancedness() {
    return 1.0 / peakToAverage();
  }

  /**
   * Returns a percentile of some ratios by the nearest-rank method: the least of them that at least
   * {@code percent} percent of them do not exceed.
   *
   * @param values at least one, none of them NaN; left as they are
   * @param percent 1 to 100
   * @throws InvalidInputException if there is no value, one is NaN, or {@code percent} is out of
   *     range
   */
  public static double percentile(double[] values, int percent) {
    Require.notNull("the values", values);
    Require.inRange("percent", percent, 1, 100);
    if (values.length == 0) {
      throw new InvalidInputException("there is no percentile of nothing; give at least one value");
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    // Sorting puts NaN last.
    if (Double.isNaN(sorted[sorted.length - 1])) {
      throw new InvalidInputException("a value is NaN; a percentile needs numbers");
    }
    return sorted[(int) (((long) percent * sorted.length + 99) / 100) - 1];
  }
}
