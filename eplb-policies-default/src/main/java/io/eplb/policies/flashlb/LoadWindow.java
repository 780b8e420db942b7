package io.eplb.policies.flashlb;

import java.util.Arrays;

/**
 * The last observations of one layer's expert loads, with their means and variances.
 *
 * <p>Means and sums of squared deviations follow every observation that comes and goes (Welford,
 * "Note on a Method for Calculating Corrected Sums of Squares and Products", Technometrics 4, 1962;
 * the same step backwards takes an observation out). No two large sums are subtracted. Rounding
 * errors cannot add up, since both are computed anew whenever all observations have been replaced
 * once. Not safe for use by several threads.
 */
final class LoadWindow {
  private static final int FIRST_ROOM = 4;

  /** The greatest difference between equal loads, relative to the mean load of 1. */
  private static final double ROUNDING = 1e-6;

  private final int experts;
  private final int mostObservations;
  private final double[] means;
  private final double[] squares;

  /** The observations; the array grows until the window is full, then the oldest is replaced. */
  private double[] ring = new double[0];

  private int observations;
  private int oldest;

  LoadWindow(int experts, int mostObservations) {
    this.experts = experts;
    this.mostObservations = mostObservations;
    means = new double[experts];
    squares = new double[experts];
  }

  /** Returns the number of observations in the window. */
  int observations() {
    return observations;
  }

  /**
   * Adds an observation, in place of the oldest one if the window is full.
   *
   * @param loads by expert, finite and at least 0; copied
   */
  void add(double[] loads) {
    int place = observations;
    if (observations == mostObservations) {
      place = oldest;
      forget(place * experts);
      oldest = (oldest + 1) % mostObservations;
    } else {
      makeRoom();
    }
    System.arraycopy(loads, 0, ring, place * experts, experts);
    observations++;
    for (int expert = 0; expert < experts; expert++) {
      double before = loads[expert] - means[expert];
      means[expert] += before / observations;
      squares[expert] += before * (loads[expert] - means[expert]);
    }
    if (observations == mostObservations && oldest == 0) {
      recompute();
    }
  }

  /** Forgets all observations. */
  void clear() {
    observations = 0;
    oldest = 0;
    Arrays.fill(means, 0.0);
    Arrays.fill(squares, 0.0);
  }

  /** Returns whether the newest observation has the given loads, up to rounding. */
  boolean newestEquals(double[] loads) {
    int place = (oldest + observations - 1) % mostObservations;
    for (int expert = 0; expert < experts; expert++) {
      double difference = Math.abs(loads[expert] - ring[place * experts + expert]);
      if (difference > ROUNDING * (1.0 + loads[expert])) {
        return false;
      }
    }
    return true;
  }

  private void makeRoom() {
    int needed = (observations + 1) * experts;
    if (ring.length < needed) {
      int room = Math.min(mostObservations, Math.max(FIRST_ROOM, 2 * observations));
      ring = Arrays.copyOf(ring, room * experts);
    }
  }

  /** Removes the observation that begins at {@code from} from means and squares. */
  private void forget(int from) {
    observations--;
    for (int expert = 0; expert < experts; expert++) {
      if (observations == 0) {
        means[expert] = 0.0;
        squares[expert] = 0.0;
      } else {
        double load = ring[from + expert];
        double before = load - means[expert];
        means[expert] -= before / observations;
        squares[expert] = Math.max(0.0, squares[expert] - before * (load - means[expert]));
      }
    }
  }

  /** Computes means and squares from the observations alone, in two passes. */
  private void recompute() {
    Arrays.fill(means, 0.0);
    Arrays.fill(squares, 0.0);
    for (int at = 0; at < observations * experts; at += experts) {
      for (int expert = 0; expert < experts; expert++) {
        means[expert] += ring[at + expert] / observations;
      }
    }
    for (int at = 0; at < observations * experts; at += experts) {
      for (int expert = 0; expert < experts; expert++) {
        double deviation = ring[at + expert] - means[expert];
        squares[expert] += deviation * deviation;
      }
    }
  }

  /** Returns the mean load of an expert; there has to be an observation. */
  double mean(int expert) {
    return means[expert];
  }

  /** Returns the variance of an expert's load; there has to be an observation. */
  double variance(int expert) {
    return squares[expert] / observations;
  }

  /**
   * Copies all deviations from the means.
   *
   * @param deviations receives experts × observations
   */
  void copyDeviations(double[] deviations) {
    for (int observation = 0; observation < observations; observation++) {
      int from = observation * experts;
      for (int expert = 0; expert < experts; expert++) {
        deviations[expert * observations + observation] = ring[from + expert] - means[expert];
      }
    }
  }
}
