package io.eplb.policies.incremental.forecast;

import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import java.util.Arrays;

/**
 * The forecast of one layer's load in the next window from the windows so far: for every expert the
 * expected load, its variance, and its deviations in the windows of the largest weights (the
 * factors), all in units of the mean load of a living rank. Filled for one layer at a time, reused
 * by one thread; allocates nothing once constructed.
 */
public final class LoadForecast {
  private static final int MAX_FACTORS = 16;

  /** The factors up to which every window is one, however small its influence. */
  private static final int FEW_FACTORS = 8;

  /** The share of the largest influence below which a window beyond these is not a factor. */
  private static final double SMALL_INFLUENCE = 0.25;

  /** The weight of the assumed variance, in windows of evidence. */
  private static final double PRIOR_WINDOWS = 4.0;

  /** The share of the measured joint deviations that is expected in the next window. */
  private static final double RECURRENCE = 0.5;

  /** The least difference between windows of one traffic, as a share of the assumed variance. */
  private static final double LEAST_NOISE = 1.0 / 16;

  private final int experts;
  private final int ranks;
  private final double spread;
  private final double[] mean;
  private final double[] variance;

  /** The deviation of each expert in each factor. */
  private final double[] deviation;

  private final double[] window;
  private final double[] squares;
  private final WindowWeights weights;
  private final int[] factorWindows = new int[MAX_FACTORS];
  private int factors;

  /**
   * Creates the memory for layers of {@code experts} on {@code ranks}, measured in {@code windows}.
   *
   * @param ranks the ranks that live
   * @param spread standard deviation of the load of an average expert between windows relative to
   *     its mean, before any is measured; other experts' variance is in proportion to their mean
   */
  public LoadForecast(int experts, int ranks, int windows, double spread) {
    this.experts = experts;
    this.ranks = ranks;
    this.spread = spread;
    this.mean = new double[experts];
    this.variance = new double[experts];
    this.deviation = new double[experts * mostFactors(windows)];
    this.window = new double[experts];
    this.squares = new double[experts];
    this.weights = new WindowWeights(experts, windows);
  }

  private static int mostFactors(int windows) {
    return windows > 1 ? Math.min(windows, MAX_FACTORS) : 0;
  }

  /** Returns an expert's expected load; all experts' sum to the number of living ranks. */
  public double mean(int expert) {
    return mean[expert];
  }

  /** Returns the variance of an expert's load in the next window. */
  public double variance(int expert) {
    return variance[expert];
  }

  /** Returns the deviation of an expert in a factor; squares of different factors add up. */
  public double deviation(int expert, int factor) {
    return deviation[expert * factors + factor];
  }

  /** Returns the most factors of any layer. */
  public int mostFactors() {
    return deviation.length / experts;
  }

  /** Returns the number of factors of the current layer; 0 if it has load in one window only. */
  public int factors() {
    return factors;
  }

  /** Returns the number of windows in which the current layer has load that counts. */
  public int usedWindows() {
    return weights.used();
  }

  /**
   * Returns the weight of the latest window in multiples of its share of the estimate, above 1 if
   * the traffic has shifted; 1 if it is steady.
   */
  public double shift() {
    return weights.shift();
  }

  /**
   * Learns one layer.
   *
   * @param estimate the layer's load by expert over all windows, in tokens
   * @param trust in the estimate, even where the latest window is unlike it: 0 to find it by the
   *     windows, 1 to expect a next window like the estimate
   * @return whether it has any load; if not, nothing is learnt
   */
  public boolean learn(
      ExpertTable table, ExpertWorkload workload, int layer, double[] estimate, double trust) {
    double total = 0.0;
    for (double load : estimate) {
      total += load;
    }
    if (total == 0.0) {
      return false;
    }
    for (int expert = 0; expert < experts; expert++) {
      // The division comes first, so that loads near the greatest or the smallest double stay in
      // range.
      mean[expert] = estimate[expert] / total * ranks;
    }
    // Counts are over-dispersed: their variance grows with the load, not with its square.
    double dispersion = spread * spread * ranks / experts;
    // Two windows differ by the variance of both; all experts' means, in shares, sum to 1.
    double leastNoise = LEAST_NOISE * 2.0 * dispersion / ranks;
    weights.weigh(table, workload, layer, total, leastNoise, trust);
    if (weights.shift() > 1.0) {
      average(table, workload, layer, total);
    }
    double concentration = weights.concentration();
    chooseFactors(workload.windows());
    measureSpread(table, workload, layer, total);
    double effectiveWindows = 1.0 / concentration;
    for (int expert = 0; expert < experts; expert++) {
      double between =
          (PRIOR_WINDOWS * dispersion * mean[expert] + effectiveWindows * squares[expert])
              / (PRIOR_WINDOWS + effectiveWindows * Math.max(0.0, 1.0 - concentration));
      // The next window's own variance and that of the estimate.
      variance[expert] = between * (1.0 + concentration);
    }
    return true;
  }

  /** Computes the expected loads from the windows by their weights. */
  private void average(ExpertTable table, ExpertWorkload workload, int layer, double total) {
    Arrays.fill(mean, 0.0);
    for (int w = 0; w < workload.windows(); w++) {
      if (weights.share(w) == 0.0) {
        continue;
      }
      workload.expertLoads(table, layer, w, w + 1, window, 0);
      double scale = weights.weight(w) / weights.share(w) * ranks;
      for (int expert = 0; expert < experts; expert++) {
        mean[expert] += window[expert] / total * scale;
      }
    }
  }

  /** Chooses the windows of the greatest influence, of equal ones the latest. */
  private void chooseFactors(int windows) {
    factors = 0;
    int most = weights.used() > 1 ? Math.min(weights.used(), MAX_FACTORS) : 0;
    double least = 0.0;
    while (factors < most) {
      int best = -1;
      for (int w = 0; w < windows; w++) {
        if (weights.weight(w) > 0.0
            && (best < 0 || weights.influence(w) >= weights.influence(best))
            && factorOf(w, factors) < 0) {
          best = w;
        }
      }
      if (factors == 0) {
        least = SMALL_INFLUENCE * weights.influence(best);
      } else if (factors >= FEW_FACTORS && weights.influence(best) < least) {
        return;
      }
      factorWindows[factors] = best;
      factors++;
    }
  }

  /** Returns the index of a window among the first {@code chosen} factors, or −1. */
  private int factorOf(int w, int chosen) {
    for (int k = 0; k < chosen; k++) {
      if (factorWindows[k] == w) {
        return k;
      }
    }
    return -1;
  }

  private void measureSpread(ExpertTable table, ExpertWorkload workload, int layer, double total) {
    Arrays.fill(squares, 0.0);
    if (weights.used() < 2) {
      return;
    }
    for (int w = 0; w < workload.windows(); w++) {
      if (weights.weight(w) == 0.0) {
        continue;
      }
      workload.expertLoads(table, layer, w, w + 1, window, 0);
      int k = factorOf(w, factors);
      double scale = Math.sqrt(weights.weight(w) * RECURRENCE);
      for (int expert = 0; expert < experts; expert++) {
        double off = window[expert] / total / weights.share(w) * ranks - mean[expert];
        squares[expert] += weights.weight(w) * off * off;
        if (k >= 0) {
          deviation[expert * factors + k] = scale * off;
        }
      }
    }
  }
}
