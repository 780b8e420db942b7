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

  /** A window that makes up less than this share of the estimate tells nothing. */
  private static final double NEGLIGIBLE = 1e-6;

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
  private final double[] weights;
  private final int[] factorWindows = new int[MAX_FACTORS];
  private int factors;
  private int usedWindows;

  LoadModel(int experts, int windows) {
    this.experts = experts;
    this.load = new double[experts];
    this.mean = new double[experts];
    this.variance = new double[experts];
    this.deviation = new double[experts * mostFactors(windows)];
    this.window = new double[experts];
    this.squares = new double[experts];
    this.weights = new double[windows];
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
    return usedWindows;
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
    double concentration = weigh(table, workload, layer, total);
    chooseFactors();
    measureSpread(table, workload, layer, total, uncertainty.recurrence());
    double effectiveWindows = 1.0 / concentration;
    double prior = uncertainty.priorWindows();
    // Counts are over-dispersed: their variance grows with the load, not with its square.
    double dispersion = uncertainty.spread() * uncertainty.spread() * ranks / experts;
    for (int expert = 0; expert < experts; expert++) {
      double between =
          (prior * dispersion * mean[expert] + effectiveWindows * squares[expert])
              / (prior + effectiveWindows * Math.max(0.0, 1.0 - concentration));
      // The next window's own variance and that of the estimate.
      variance[expert] = between * (1.0 + concentration);
    }
    return true;
  }

  /** Sets every window's share of the estimate; returns the sum of their squares. */
  private double weigh(ExpertTable table, ExpertWorkload workload, int layer, double total) {
    double concentration = 0.0;
    usedWindows = 0;
    for (int w = 0; w < workload.windows(); w++) {
      double weight = 1.0;
      if (workload.windows() > 1) {
        workload.expertLoads(table, layer, w, w + 1, window, 0);
        weight = 0.0;
        for (int expert = 0; expert < experts; expert++) {
          weight += window[expert] / total;
        }
      }
      weights[w] = weight < NEGLIGIBLE ? 0.0 : weight;
      concentration += weights[w] * weights[w];
      usedWindows += weights[w] > 0.0 ? 1 : 0;
    }
    if (usedWindows == 0) {
      // A very long trace of equal windows: each alone is negligible, and so is their variance.
      concentration = 1.0 / workload.windows();
    }
    return Math.min(1.0, concentration);
  }

  /** Chooses the heaviest windows, of equally heavy ones the latest. */
  private void chooseFactors() {
    factors = usedWindows > 1 ? Math.min(usedWindows, MAX_FACTORS) : 0;
    for (int k = 0; k < factors; k++) {
      int best = -1;
      for (int w = 0; w < weights.length; w++) {
        if (weights[w] > 0.0 && (best < 0 || weights[w] >= weights[best]) && !isFactor(w, k)) {
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
    if (usedWindows < 2) {
      return;
    }
    int ranks = table.ranks();
    for (int w = 0; w < workload.windows(); w++) {
      if (weights[w] == 0.0) {
        continue;
      }
      workload.expertLoads(table, layer, w, w + 1, window, 0);
      int k = factorOf(w, factors);
      double scale = Math.sqrt(weights[w] * recurrence);
      for (int expert = 0; expert < experts; expert++) {
        double off = window[expert] / total / weights[w] * ranks - mean[expert];
        squares[expert] += weights[w] * off * off;
        if (k >= 0) {
          deviation[expert * factors + k] = scale * off;
        }
      }
    }
  }
}
