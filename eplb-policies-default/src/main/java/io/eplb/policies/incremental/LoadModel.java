package io.eplb.policies.incremental;

import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import java.util.Arrays;

/**
 * What is known about one layer's load in the next window: per expert the expected load, its
 * variance, and how it deviated in the windows seen (the factors), all in units of the mean rank
 * load. Filled for one layer at a time, reused by one thread; allocates nothing once constructed.
 */
final class LoadModel {
  /** The heaviest windows are the factors; older ones hardly count in a moving average. */
  static final int MAX_FACTORS = 8;

  /** The share of the assumed variance that windows of one traffic differ by at least. */
  private static final double LEAST_NOISE = 1.0 / 16;

  /** Per expert the load of the estimate itself, in tokens. */
  final double[] load;

  /** Per expert the expected load; over all experts they sum to the number of ranks. */
  final double[] mean;

  /** Per expert the variance of its load in the next window. */
  final double[] variance;

  /** Deviation of expert e in factor k at {@code e × factors() + k}; their squares add up. */
  final double[] deviation;

  private final int experts;
  private final double[] window;
  private final double[] squares;
  private final WindowWeights weights;
  private final int[] factorWindows = new int[MAX_FACTORS];
  private int factors;

  LoadModel(int experts, int windows) {
    this.experts = experts;
    this.load = new double[experts];
    this.mean = new double[experts];
    this.variance = new double[experts];
    this.deviation = new double[experts * mostFactors(windows)];
    this.window = new double[experts];
    this.squares = new double[experts];
    this.weights = new WindowWeights(experts, windows);
  }

  /** Returns how many factors a layer can have at most. */
  static int mostFactors(int windows) {
    return windows > 1 ? Math.min(windows, MAX_FACTORS) : 0;
  }

  /** Returns the number of factors of the layer in hand; 0 if it has load in one window only. */
  int factors() {
    return factors;
  }

  /** Returns in how many windows the layer in hand has load that counts. */
  int usedWindows() {
    return weights.used();
  }

  /**
   * Returns by how much the latest window counts more than its share of the estimate, because the
   * traffic has shifted; 1 if it is steady.
   */
  double shift() {
    return weights.shift();
  }

  /** Learns one layer; returns false, and learns nothing, if it has no load at all. */
  boolean learn(ExpertTable table, ExpertWorkload workload, int layer, Uncertainty uncertainty) {
    workload.expertLoads(table, layer, load, 0);
    double total = 0.0;
    for (int expert = 0; expert < experts; expert++) {
      total += load[expert];
    }
    if (total == 0.0) {
      return false;
    }
    int ranks = table.ranks();
    for (int expert = 0; expert < experts; expert++) {
      // Divided before it is multiplied: neither close to the greatest double nor to the smallest
      // may this leave the range.
      mean[expert] = load[expert] / total * ranks;
    }
    // Counts are over-dispersed: their variance grows with the load, not with its square.
    double dispersion = uncertainty.spread() * uncertainty.spread() * ranks / experts;
    // Two windows differ by the variance of both; all experts' means, in shares, sum to 1.
    double leastNoise = LEAST_NOISE * 2.0 * dispersion / ranks;
    weights.weigh(
        table,
        workload,
        layer,
        total,
        uncertainty.trustsEstimate() ? Double.POSITIVE_INFINITY : leastNoise);
    if (weights.shift() > 1.0) {
      average(table, workload, layer, total);
    }
    double concentration = weights.concentration();
    chooseFactors(workload.windows());
    measureSpread(table, workload, layer, total, uncertainty.recurrence());
    double effectiveWindows = 1.0 / concentration;
    double prior = uncertainty.priorWindows();
    for (int expert = 0; expert < experts; expert++) {
      double between =
          (prior * dispersion * mean[expert] + effectiveWindows * squares[expert])
              / (prior + effectiveWindows * Math.max(0.0, 1.0 - concentration));
      // The next window's own variance and that of the estimate.
      variance[expert] = between * (1.0 + concentration);
    }
    return true;
  }

  /** Expects what the windows say by their weights. */
  private void average(ExpertTable table, ExpertWorkload workload, int layer, double total) {
    Arrays.fill(mean, 0.0);
    for (int w = 0; w < workload.windows(); w++) {
      if (weights.share(w) == 0.0) {
        continue;
      }
      workload.expertLoads(table, layer, w, w + 1, window, 0);
      double scale = weights.weight(w) / weights.share(w) * table.ranks();
      for (int expert = 0; expert < experts; expert++) {
        mean[expert] += window[expert] / total * scale;
      }
    }
  }

  /** Chooses the heaviest windows, of equally heavy ones the latest. */
  private void chooseFactors(int windows) {
    factors = weights.used() > 1 ? Math.min(weights.used(), MAX_FACTORS) : 0;
    for (int k = 0; k < factors; k++) {
      int best = -1;
      for (int w = 0; w < windows; w++) {
        if (weights.weight(w) > 0.0
            && (best < 0 || weights.weight(w) >= weights.weight(best))
            && !isFactor(w, k)) {
          best = w;
        }
      }
      factorWindows[k] = best;
    }
  }

  private boolean isFactor(int w, int chosen) {
    return factorOf(w, chosen) >= 0;
  }

  private int factorOf(int w, int chosen) {
    for (int k = 0; k < chosen; k++) {
      if (factorWindows[k] == w) {
        return k;
      }
    }
    return -1;
  }

  private void measureSpread(
      ExpertTable table, ExpertWorkload workload, int layer, double total, double recurrence) {
    Arrays.fill(squares, 0.0);
    if (weights.used() < 2) {
      return;
    }
    int ranks = table.ranks();
    for (int w = 0; w < workload.windows(); w++) {
      if (weights.weight(w) == 0.0) {
        continue;
      }
      workload.expertLoads(table, layer, w, w + 1, window, 0);
      int k = factorOf(w, factors);
      double scale = Math.sqrt(weights.weight(w) * recurrence);
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
