package io.eplb.core.simulation;

import java.util.Arrays;

/**
 * A lower bound on the load of the hottest rank that holds for every placement of given loads, with
 * or without duplicates on a rank. Mutable scratch for layers of one shape; used by one thread.
 *
 * <p>Let E experts have the loads x<sub>e</sub> on R ranks of S slots, P = R × S; a placement gives
 * each expert c<sub>e</sub> ≥ 1 replicas, Σ c<sub>e</sub> = P, each of weight x<sub>e</sub> ÷
 * c<sub>e</sub>, and the peak M is the greatest sum of weights on a rank.
 *
 * <ol>
 *   <li><b>Mean.</b> M ≥ Σ x<sub>e</sub> ÷ R. That an expert lives on R ranks at most bounds M by
 *       x<sub>e</sub> ÷ R, which is never more.
 *   <li><b>Pigeonhole over the k·R + 1 heaviest replicas.</b> If every choice of replica counts
 *       leaves more than k·R replicas of weight t or more, some rank holds k + 1 of them: M ≥ (k +
 *       1) · t, for k from 0 to S − 1. For k = 0 that is the weight of the heaviest replica after
 *       the best apportionment of the slots, which includes the hottest expert on every slot that
 *       it can have.
 * </ol>
 *
 * <p>How few heavy replicas there can be is known exactly: expert e with f<sub>e</sub> =
 * ⌊x<sub>e</sub> ÷ t⌋ ≥ 1 has a heavy replica unless it gets f<sub>e</sub> + 1 of them, that is
 * f<sub>e</sub> of the P − E redundant slots. Making light those with the least f<sub>e</sub> first
 * saves the most, and each that stays heavy keeps one heavy replica as long as some light expert
 * takes the slots left over; if none is or can be made light, all P replicas are heavy. The
 * greatest t is found by bisection, always from below, so that the bound holds.
 *
 * <p>The bounds are the classic ones of multiprocessor scheduling (mean, longest job, pigeonhole
 * over the m + 1 longest: Dell'Amico and Martello, "Optimal Scheduling of Tasks on Identical
 * Parallel Processors", ORSA Journal on Computing 7, 1995), extended to jobs that may be split into
 * replicas out of a common budget.
 *
 * <p>Example: two experts with the loads 3 and 1 on two ranks of one slot have the mean 2. There is
 * no redundant slot, so the heaviest replica weighs 3, and PAR is at least 3 ÷ 2 = 1.5.
 */
final class PeakBound {
  private static final int BISECTIONS = 40;

  private final int experts;
  private final int ranks;
  private final int slotsPerRank;
  private final double[] ascending;

  /**
   * Creates the scratch.
   *
   * @param experts 1 or more
   * @param ranks 1 or more
   * @param slotsPerRank as many that every expert finds a slot
   */
  PeakBound(int experts, int ranks, int slotsPerRank) {
    this.experts = experts;
    this.ranks = ranks;
    this.slotsPerRank = slotsPerRank;
    this.ascending = new double[experts];
  }

  /**
   * Bounds the peak-to-average ratio of a layer: 1 or more; 1 for an idle layer.
   *
   * @param loads the layer's expert loads from {@code from} on, each finite and at least 0
   */
  double peakToAverage(double[] loads, int from) {
    System.arraycopy(loads, from, ascending, 0, experts);
    Arrays.sort(ascending);
    double total = 0.0;
    for (double load : ascending) {
      total += load;
    }
    double mean = total / ranks;
    if (!(mean >= Double.MIN_NORMAL)) {
      return 1.0;
    }
    double peak = mean;
    for (int k = 0; k < slotsPerRank; k++) {
      // The count falls with t: if the bound so far is not beaten here, no greater t beats it.
      int crowd = k * ranks + 1;
      if (fewestHeavy(peak / (k + 1)) < crowd) {
        continue;
      }
      double low = peak / (k + 1);
      double high = ascending[experts - 1] * 2;
      for (int step = 0; step < BISECTIONS && low < high; step++) {
        double middle = low + (high - low) / 2;
        if (fewestHeavy(middle) >= crowd) {
          low = middle;
        } else {
          high = middle;
        }
      }
      peak = Math.max(peak, low * (k + 1));
    }
    return peak / mean;
  }

  /** Counts the replicas of weight t or more that every choice of replica counts leaves. */
  private long fewestHeavy(double t) {
    long slots = (long) ranks * slotsPerRank;
    long spare = slots - experts;
    int expert = 0;
    while (expert < experts && ascending[expert] < t) {
      expert++;
    }
    int light = expert;
    while (expert < experts) {
      double splits = Math.floor(ascending[expert] / t);
      if (splits > spare) {
        break;
      }
      spare -= (long) splits;
      expert++;
      light++;
    }
    return light == 0 ? slots : experts - light;
  }
}
