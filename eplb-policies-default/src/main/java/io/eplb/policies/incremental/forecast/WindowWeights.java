package io.eplb.policies.incremental.forecast;

import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import java.util.Arrays;

/**
 * The weight of each window of a layer in the forecast of the next one: its share of the estimate,
 * or less if it is unlike the latest window. Steady traffic keeps its shares. After a shift all
 * windows before it lose weight at once, and earlier windows of the same traffic count again.
 *
 * <p>The noise is measured from the traffic itself: the lower median of the squared distances
 * between consecutive windows, so that one or two shifts do not count as noise; a given value is
 * the minimum. A window whose squared distance from the latest is more than {@value #TOLERANCE}
 * times the noise counts proportionally less.
 *
 * <p>Example: the windows A B A B C, each with a share of a fifth, where A and B are of one traffic
 * and C of another, at ten times the tolerated distance. The first four keep a tenth of their
 * weight: after scaling to 1 they count 0.07 each and C counts 0.71, 3.6 times its share, which is
 * the {@link #shift}.
 *
 * <p>Filled for one layer at a time, reused by one thread.
 */
final class WindowWeights {
  /** A window with less than this share of the estimate is left out. */
  private static final double NEGLIGIBLE = 1e-6;

  private static final double TOLERANCE = 2.5;

  /** With fewer windows every step may be a shift. */
  private static final int FEWEST_WINDOWS = 3;

  /** The weight of each window in the forecast; their sum is 1. */
  private final double[] weights;

  /** The share of each window in the estimate; 0 if it is negligible. */
  private final double[] shares;

  private final double[] window;
  private final double[] latest;
  private final double[] later;

  /** Squared distances of each window from the latest. */
  private final double[] distances;

  /** Squared distances between windows that follow each other. */
  private final double[] steps;

  private int used;
  private double concentration;
  private double shift;

  WindowWeights(int experts, int windows) {
    this.weights = new double[windows];
    this.shares = new double[windows];
    this.distances = new double[windows];
    this.steps = new double[windows];
    this.window = new double[experts];
    this.latest = new double[experts];
    this.later = new double[experts];
  }

  /**
   * Weighs the windows of a layer.
   *
   * @param total the layer's load over all windows, above 0
   * @param leastNoise the squared distance between windows, each scaled to a sum of 1, that counts
   *     as noise at least; infinite to keep the shares
   */
  void weigh(
      ExpertTable table, ExpertWorkload workload, int layer, double total, double leastNoise) {
    used = 0;
    if (shares.length == 1) {
      shares[0] = 1.0;
      used = 1;
    } else {
      measure(table, workload, layer, total);
    }
    System.arraycopy(shares, 0, weights, 0, shares.length);
    shift = 1.0;
    if (used >= FEWEST_WINDOWS && leastNoise < Double.POSITIVE_INFINITY) {
      fade(leastNoise);
    }
    concentration = 0.0;
    for (double weight : weights) {
      concentration += weight * weight;
    }
    if (used == 0) {
      // In a very long trace of equal windows each one is negligible, and so is their variance.
      concentration = 1.0 / shares.length;
    }
    concentration = Math.min(1.0, concentration);
  }

  /** Measures shares and distances, the latest window first. */
  private void measure(ExpertTable table, ExpertWorkload workload, int layer, double total) {
    for (int w = shares.length - 1; w >= 0; w--) {
      workload.expertLoads(table, layer, w, w + 1, window, 0);
      double share = 0.0;
      for (double load : window) {
        share += load / total;
      }
      shares[w] = share < NEGLIGIBLE ? 0.0 : share;
      if (shares[w] == 0.0) {
        continue;
      }
      double distance = 0.0;
      double step = 0.0;
      for (int expert = 0; expert < window.length; expert++) {
        double load = window[expert] / total / share;
        if (used == 0) {
          latest[expert] = load;
        }
        double off = load - latest[expert];
        double next = load - later[expert];
        distance += off * off;
        step += next * next;
        later[expert] = load;
      }
      distances[w] = distance;
      if (used > 0) {
        steps[used - 1] = step;
      }
      used++;
    }
  }

  private void fade(double leastNoise) {
    Arrays.sort(steps, 0, used - 1);
    double noise = TOLERANCE * Math.max(leastNoise, steps[(used - 2) / 2]);
    double sum = 0.0;
    boolean fades = false;
    for (int w = 0; w < weights.length; w++) {
      if (weights[w] > 0.0 && distances[w] > noise) {
        weights[w] *= noise / distances[w];
        fades = true;
      }
      sum += weights[w];
    }
    if (fades) {
      shift = 1.0 / sum;
      used = 0;
      for (int w = 0; w < weights.length; w++) {
        weights[w] /= sum;
        used += weights[w] > 0.0 ? 1 : 0;
      }
    }
  }

  /** Returns the weight of a window in the forecast; all sum to 1, and a negligible one has 0. */
  double weight(int w) {
    return weights[w];
  }

  /** Returns the share of a window in the estimate; 0 if it is negligible. */
  double share(int w) {
    return shares[w];
  }

  /** Returns the number of windows with any weight. */
  int used() {
    return used;
  }

  /** Returns the sum of the squared weights: 1 ÷ the number of windows if they are equal. */
  double concentration() {
    return concentration;
  }

  /** Returns the weight of the latest window in multiples of its share; 1 if no window faded. */
  double shift() {
    return shift;
  }
}
