package io.eplb.policies.incremental.forecast;

import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import java.util.Arrays;

/**
 * The weight of each window of a layer in the forecast of the next one. Steady traffic keeps the
 * shares of the estimate. After a shift all windows before it lose weight at once, and earlier
 * windows of the same traffic count again.
 *
 * <p>The traffic itself shows which windows are alike. The noise is the lower median, over the
 * {@value #RECENT} latest windows, of the squared distance to the most similar other window; a
 * given value is the minimum. A window at more than {@value #TOLERANCE} times the noise from the
 * latest is of other traffic, and fades by the square of the excess.
 *
 * <p>Where most steps from window to window are shifts, the latest window says little about the
 * next one. So the square of the share of the recent steps that are shifts goes to all windows by
 * their shares: traffic that changes in every window is planned for all of it.
 *
 * <p>Example: the windows A A A A B, each with a share of a fifth, with B at ten times the
 * tolerated distance. The first four fade to a hundredth. One of four steps is a shift, so that
 * 0.06 of the weight goes to all windows alike. The first four count 0.02 each and B counts 0.91,
 * 4.6 times its share, which is the {@link #shift}.
 *
 * <p>Filled for one layer at a time, reused by one thread.
 */
final class WindowWeights {
  /** A window with less than this share of the estimate is left out. */
  private static final double NEGLIGIBLE = 1e-6;

  /** The number of latest windows that show the noise and the shifts. */
  private static final int RECENT = 8;

  private static final double TOLERANCE = 2.5;

  /** The weight of each window in the forecast; their sum is 1. */
  private final double[] weights;

  /** The share of each window in the estimate; 0 if it is negligible. */
  private final double[] shares;

  private final double[] window;

  /** Squared distances of each window from the latest. */
  private final double[] distances;

  // By recent window, the latest first: its load, scaled to 1; its squared distance from the most
  // similar other window, and from the one before it.
  private final double[][] recent;
  private final double[] nearest;
  private final double[] steps;

  private int used;
  private double noise;
  private double concentration;
  private double shift;

  WindowWeights(int experts, int windows) {
    this.weights = new double[windows];
    this.shares = new double[windows];
    this.distances = new double[windows];
    this.window = new double[experts];
    int most = windows > 1 ? Math.min(windows, RECENT) : 0;
    this.recent = new double[most][experts];
    this.nearest = new double[most];
    this.steps = new double[most];
  }

  /**
   * Weighs the windows of a layer.
   *
   * @param total the layer's load over all windows, above 0
   * @param leastNoise the squared distance between windows, each scaled to a sum of 1, that counts
   *     as noise at least
   * @param leastForAll the least part of the weight that goes to all windows by their shares, even
   *     if there are few shifts
   */
  void weigh(
      ExpertTable table,
      ExpertWorkload workload,
      int layer,
      double total,
      double leastNoise,
      double leastForAll) {
    used = 0;
    if (shares.length == 1) {
      shares[0] = 1.0;
      used = 1;
    } else {
      measure(table, workload, layer, total);
    }
    System.arraycopy(shares, 0, weights, 0, shares.length);
    shift = 1.0;
    if (used > 1) {
      fade(leastNoise, leastForAll);
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
      for (int expert = 0; expert < window.length; expert++) {
        window[expert] = window[expert] / total / share;
      }
      distances[w] = 0.0;
      compareWithRecent(w);
      if (used < recent.length) {
        System.arraycopy(window, 0, recent[used], 0, window.length);
      }
      used++;
    }
  }

  /** Compares the window read last with the recent ones after it. */
  private void compareWithRecent(int w) {
    double least = Double.POSITIVE_INFINITY;
    int later = Math.min(used, recent.length);
    for (int i = 0; i < later; i++) {
      double distance = squaredDistance(recent[i], window);
      nearest[i] = Math.min(nearest[i], distance);
      least = Math.min(least, distance);
      if (i == 0) {
        distances[w] = distance;
      }
      if (i == used - 1) {
        steps[i] = distance;
      }
    }
    if (used < recent.length) {
      nearest[used] = least;
    }
  }

  private static double squaredDistance(double[] one, double[] other) {
    // Two sums do not wait for each other.
    double even = 0.0;
    double odd = 0.0;
    for (int i = 1; i < one.length; i += 2) {
      double off = one[i - 1] - other[i - 1];
      double next = one[i] - other[i];
      even += off * off;
      odd += next * next;
    }
    if (one.length % 2 == 1) {
      double off = one[one.length - 1] - other[one.length - 1];
      even += off * off;
    }
    return even + odd;
  }

  private void fade(double leastNoise, double leastForAll) {
    int measured = Math.min(used, recent.length);
    Arrays.sort(nearest, 0, measured);
    noise = nearest[(measured - 1) / 2];
    if (leastForAll == 1.0) {
      return;
    }
    double tolerated = TOLERANCE * Math.max(leastNoise, noise);
    double sumOfShares = 0.0;
    double sum = 0.0;
    int latest = -1;
    for (int w = 0; w < weights.length; w++) {
      if (shares[w] > 0.0) {
        double likeness = distances[w] > tolerated ? tolerated / distances[w] : 1.0;
        weights[w] *= likeness * likeness;
        sumOfShares += shares[w];
        sum += weights[w];
        latest = w;
      }
    }
    if (sum == sumOfShares) {
      return;
    }
    double shifts = shareOfShifts(tolerated);
    double forAll = Math.max(leastForAll, shifts * shifts);
    used = 0;
    for (int w = 0; w < weights.length; w++) {
      weights[w] = (1.0 - forAll) * weights[w] / sum + forAll * shares[w] / sumOfShares;
      used += weights[w] > 0.0 ? 1 : 0;
    }
    shift = weights[latest] / shares[latest];
  }

  /** Returns the share of the recent steps that are farther than {@code tolerated}. */
  private double shareOfShifts(double tolerated) {
    int measured = Math.min(used - 1, steps.length);
    int shifts = 0;
    for (int i = 0; i < measured; i++) {
      shifts += steps[i] > tolerated ? 1 : 0;
    }
    return (double) shifts / measured;
  }

  /** Returns the weight of a window in the forecast; all sum to 1, and a negligible one has 0. */
  double weight(int w) {
    return weights[w];
  }

  /** Returns the share of a window in the estimate; 0 if it is negligible. */
  double share(int w) {
    return shares[w];
  }

  /**
   * Returns the weight of a window times its squared distance from the latest, or times the noise
   * if that is greater: its part in the joint deviations.
   */
  double influence(int w) {
    return weights[w] * Math.max(distances[w], noise);
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
