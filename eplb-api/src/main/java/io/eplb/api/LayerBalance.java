package io.eplb.api;

import io.eplb.api.wording.Counted;
import io.eplb.api.wording.Shape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The balance of one layer's load over the ranks: the one definition of PAR that every report and
 * every test uses.
 *
 * <p>The load of a rank counts relative to its speed: the peak is the greatest load ÷ speed, the
 * mean is Σ loads ÷ Σ speeds of the living ranks. With equal speeds of 1 these are the load of the
 * hottest rank and the mean load over the ranks. Immutable.
 */
public final class LayerBalance {
  private final double peak;
  private final double mean;

  private LayerBalance(double peak, double mean) {
    this.peak = peak;
    this.mean = mean;
  }

  /**
   * Creates a balance from figures.
   *
   * @param peak the load ÷ speed of the hottest rank, in tokens
   * @param mean the load ÷ speed of all living ranks together, in tokens; below {@link
   *     Double#MIN_NORMAL} it has few digits, and so have the ratios
   * @throws InvalidInputException unless 0 ≤ mean ≤ peak (but for rounding) and both are finite
   */
  public static LayerBalance ofPeak(double peak, double mean) {
    if (!(mean >= 0.0 && peak <= Double.MAX_VALUE && peak >= mean * (1 - 1e-9))) {
      throw new InvalidInputException(
          "a peak of %s with a mean of %s is impossible; 0 ≤ mean ≤ peak holds"
              .formatted(peak, mean));
    }
    return new LayerBalance(peak, mean);
  }

  /** Returns the load ÷ speed of the hottest rank, in tokens. */
  public double peak() {
    return peak;
  }

  /** Returns the load ÷ speed of all living ranks together, in tokens. */
  public double mean() {
    return mean;
  }

  /**
   * Measures a row of physical slots whose ranks are equally fast: a rank's load is Σ over its
   * slots of load(expert) ÷ replicas(expert). A rank that holds no expert at all counts as dead.
   *
   * @param physicalToLogical ranks × slots, rank by rank: experts within 0…E−1, or {@link
   *     Placement#EMPTY}
   * @param expertLoads E loads, each finite and at least 0
   * @param ranks 1 to the row's length, which it divides
   * @throws InvalidInputException if {@code ranks} does not divide the row, the row has an expert
   *     without a load, a load is negative, NaN or infinite, or they sum to more than {@link
   *     ExpertWorkload#MAX_LAYER_TOTAL}
   */
  public static LayerBalance of(int[] physicalToLogical, double[] expertLoads, int ranks) {
    Require.notNull("the row", physicalToLogical);
    Require.inRange("ranks", ranks, 1, EpTopology.MAX_RANKS);
    if (physicalToLogical.length == 0 || physicalToLogical.length % ranks != 0) {
      throw new InvalidInputException(
          "%s ranks do not divide a row of %s; every rank holds equally many slots, at least one"
              .formatted(ranks, Counted.of(physicalToLogical.length, "slot")));
    }
    return measured(physicalToLogical, expertLoads, ranks, null, null);
  }

  /**
   * Measures a row of physical slots whose ranks have the given speeds. Dead ranks do not count.
   *
   * <p>Example: two ranks of speed 1 and ½ hold loads of 60 and 40. The peak is 40 ÷ ½ = 80, the
   * mean 100 ÷ 1.5 = 66.7, and PAR 1.2.
   *
   * @param physicalToLogical ranks × slots, rank by rank: experts within 0…E−1, or {@link
   *     Placement#EMPTY}
   * @param expertLoads E loads, each finite and at least 0
   * @param ranks the ranks of the row
   * @throws InvalidInputException if the row is not ranks × slots long, a dead rank holds an expert
   *     that has load, the row has an expert without a load, a load is negative, NaN or infinite,
   *     or they sum to more than {@link ExpertWorkload#MAX_LAYER_TOTAL}
   */
  public static LayerBalance of(int[] physicalToLogical, double[] expertLoads, EpRanks ranks) {
    requireShape(physicalToLogical, ranks);
    return measured(physicalToLogical, expertLoads, ranks.ranks(), ranks, null);
  }

  /**
   * As {@link #of(int[], double[], EpRanks)}, where replicas get other than equal parts of their
   * expert's traffic.
   *
   * <p>Example: an expert of load 60 has its two replicas on ranks of speed 1 and ½. With shares of
   * ⅔ and ⅓ both have 40, and PAR is 1.
   *
   * @param shares one per slot: the part of its expert's load that the slot gets, 0 to 1; the parts
   *     of an expert sum to 1 (rule P9)
   * @throws InvalidInputException as there, and if there are fewer shares than slots, or one of a
   *     slot that holds an expert is out of range or NaN
   */
  public static LayerBalance of(
      int[] physicalToLogical, double[] expertLoads, EpRanks ranks, double[] shares) {
    requireShape(physicalToLogical, ranks);
    Require.room("a layer's shares", shares, 0, physicalToLogical.length);
    return measured(physicalToLogical, expertLoads, ranks.ranks(), ranks, shares);
  }

  private static void requireShape(int[] physicalToLogical, EpRanks ranks) {
    Require.notNull("the row", physicalToLogical);
    Require.notNull("the ranks", ranks);
    if (physicalToLogical.length != ranks.ranks() * ranks.slotsPerRank()) {
      throw new InvalidInputException(
          "I1: the row has %s, the ranks have %s; they must agree"
              .formatted(
                  Counted.of(physicalToLogical.length, "slot"),
                  Shape.slots(ranks.ranks(), ranks.slotsPerRank())));
    }
  }

  private static LayerBalance measured(
      int[] physicalToLogical,
      double[] expertLoads,
      int ranks,
      @Nullable EpRanks known,
      double @Nullable [] slotShares) {
    double[] share = Require.notNull("the expert loads", expertLoads).clone();
    double total = divide(physicalToLogical, share);
    int slots = physicalToLogical.length / ranks;
    double peak = 0.0;
    double speeds = 0.0;
    for (int rank = 0; rank < ranks; rank++) {
      double load = 0.0;
      boolean holds = false;
      for (int slot = rank * slots; slot < (rank + 1) * slots; slot++) {
        if (physicalToLogical[slot] != Placement.EMPTY) {
          int expert = physicalToLogical[slot];
          load += slotShares == null ? share[expert] : part(slotShares, slot, expertLoads[expert]);
          holds = true;
        }
      }
      if (known == null ? holds : known.living(rank)) {
        double speed = known == null ? 1.0 : known.speed(rank);
        peak = Math.max(peak, load / speed);
        speeds += speed;
      } else if (load > 0.0) {
        throw new InvalidInputException(
            "rank %s is dead and holds experts with a load of %s; repair the table first"
                .formatted(rank, load));
      }
    }
    // Rounding, and underflow of shares or of the mean, must not make a loaded layer idle or its
    // peak less than its mean.
    double mean = total == 0.0 ? 0.0 : Math.max(total / speeds, Double.MIN_VALUE);
    return ofPeak(Math.max(peak, mean), mean);
  }

  private static double part(double[] slotShares, int slot, double load) {
    double share = slotShares[slot];
    if (!(share >= 0.0 && share <= 1.0)) {
      throw new InvalidInputException(
          "the share of slot %s is %s; it must be between 0 and 1".formatted(slot, share));
    }
    return share * load;
  }

  /**
   * Divides the loads of the experts in a row by their replicas.
   *
   * @return the sum of their loads before
   */
  private static double divide(int[] physicalToLogical, double[] loads) {
    int[] replicas = new int[loads.length];
    for (int expert : physicalToLogical) {
      if (expert != Placement.EMPTY) {
        Require.index("expert", expert, loads.length);
        replicas[expert]++;
      }
    }
    double total = 0.0;
    for (int expert = 0; expert < loads.length; expert++) {
      double load = loads[expert];
      if (!(load >= 0.0 && load <= Double.MAX_VALUE)) {
        throw new InvalidInputException(
            "I2: the load of expert %s is %s; every load must be finite and at least 0"
                .formatted(expert, load));
      }
      loads[expert] = 0.0;
      if (replicas[expert] > 0) {
        loads[expert] = load / replicas[expert];
        total += load;
      }
    }
    if (total > ExpertWorkload.MAX_LAYER_TOTAL) {
      throw new InvalidInputException(
          "I2: the expert loads sum to %s; at most %s is supported, scale them down"
              .formatted(total, ExpertWorkload.MAX_LAYER_TOTAL));
    }
    return total;
  }

  /**
   * Measures one layer of a table whose ranks are equally fast. A rank that holds no expert at all
   * counts as dead.
   *
   * @param expertLoads E loads, each finite and at least 0
   * @throws InvalidInputException if there is no such layer, the length is not the table's experts,
   *     or a load is invalid
   */
  public static LayerBalance of(ExpertTable table, int layer, double[] expertLoads) {
    return of(row(table, layer, expertLoads), expertLoads, table.ranks());
  }

  /**
   * Measures one layer of a table whose ranks have the given speeds.
   *
   * @param expertLoads E loads, each finite and at least 0
   * @throws InvalidInputException if there is no such layer, the table and the ranks differ in
   *     shape, the length is not the table's experts, a load is invalid, or a dead rank has load
   */
  public static LayerBalance of(ExpertTable table, int layer, double[] expertLoads, EpRanks ranks) {
    return of(row(table, layer, expertLoads), expertLoads, ranks);
  }

  private static int[] row(ExpertTable table, int layer, double[] expertLoads) {
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
    return row;
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

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LayerBalance that
        && Double.compare(peak, that.peak) == 0
        && Double.compare(mean, that.mean) == 0;
  }

  @Override
  public int hashCode() {
    return Double.hashCode(peak) * 31 + Double.hashCode(mean);
  }

  @Override
  public String toString() {
    return "LayerBalance[peak %s, mean %s]".formatted(peak, mean);
  }
}
