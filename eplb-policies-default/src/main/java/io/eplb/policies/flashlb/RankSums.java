package io.eplb.policies.flashlb;

import java.util.Arrays;

/**
 * The sums over the replicas on each rank: the mean load, its standard deviation, and the sum's
 * deviation in every observation. Scratch of one worker.
 *
 * <p>With d(t) the deviation of a rank's sum in observation t, its variance is the mean of d(t)²; a
 * replica with deviations x(t) adds its own variance and twice the mean of x(t) · d(t), which is
 * the covariance of the two and so the sum of its covariances with all replicas on the rank.
 *
 * <p>The loops over observations are similar but separate: one shared loop takes 3 % more time.
 */
final class RankSums {
  final int ranks;
  final int slots;

  /** The mean load of each rank; the mean over all ranks is experts ÷ ranks. */
  final double[] means;

  /** The standard deviation of each rank's load. */
  final double[] deviations;

  private final LayerRisk risk;

  /** The deviations of the ranks' sums; ranks × observations. */
  private double[] series = new double[0];

  RankSums(LayerRisk risk, int ranks, int slots) {
    this.risk = risk;
    this.ranks = ranks;
    this.slots = slots;
    means = new double[ranks];
    deviations = new double[ranks];
  }

  /** Empties all ranks. */
  void clear() {
    int length = ranks * risk.observations;
    if (series.length < length) {
      series = new double[length];
    }
    Arrays.fill(series, 0, length, 0.0);
    Arrays.fill(means, 0.0);
    Arrays.fill(deviations, 0.0);
  }

  /** Adds one of {@code count} replicas of an expert to a rank. */
  void add(int rank, int expert, int count) {
    means[rank] += risk.means[expert] / count;
    if (risk.observations > 1) {
      addSeries(rank, expert, 1.0 / count);
      measure(rank);
    }
  }

  private void addSeries(int rank, int expert, double factor) {
    int observations = risk.observations;
    int from = rank * observations;
    int expertFrom = expert * observations;
    for (int observation = 0; observation < observations; observation++) {
      series[from + observation] += risk.series[expertFrom + observation] * factor;
    }
  }

  private void measure(int rank) {
    int from = rank * risk.observations;
    double squares = 0.0;
    for (int observation = 0; observation < risk.observations; observation++) {
      squares += series[from + observation] * series[from + observation];
    }
    deviations[rank] = Math.sqrt(squares / risk.observations);
  }

  /** Returns the standard deviation that a rank's sum would have with one more replica. */
  double deviationWith(int rank, int expert, int count) {
    int observations = risk.observations;
    if (observations == 1) {
      return 0.0;
    }
    double deviation = risk.deviations[expert] / count;
    double variance =
        deviations[rank] * deviations[rank]
            + deviation * deviation
            + 2.0 * covariance(rank, expert, count);
    return Math.sqrt(Math.max(0.0, variance));
  }

  /** Returns the covariance of a rank's sum and one of {@code count} replicas of an expert. */
  double covariance(int rank, int expert, int count) {
    int observations = risk.observations;
    int from = rank * observations;
    int expertFrom = expert * observations;
    double product = 0.0;
    for (int observation = 0; observation < observations; observation++) {
      product += risk.series[expertFrom + observation] * series[from + observation];
    }
    return product / ((double) observations * count);
  }

  /** Returns the covariance of two ranks' sums. */
  double covarianceOfRanks(int rank, int other) {
    int observations = risk.observations;
    int from = rank * observations;
    int otherFrom = other * observations;
    double product = 0.0;
    for (int observation = 0; observation < observations; observation++) {
      product += series[from + observation] * series[otherFrom + observation];
    }
    return product / observations;
  }

  /** Returns the risk that a rank would have with one expert in the place of another. */
  double riskWith(int rank, int expert, int count, int insteadOf, int itsCount) {
    double mean = means[rank] + risk.means[expert] / count - risk.means[insteadOf] / itsCount;
    int observations = risk.observations;
    if (observations == 1) {
      return mean;
    }
    double squares = 0.0;
    int from = rank * observations;
    int in = expert * observations;
    int out = insteadOf * observations;
    double inFactor = 1.0 / count;
    double outFactor = 1.0 / itsCount;
    for (int observation = 0; observation < observations; observation++) {
      double deviation =
          series[from + observation]
              + risk.series[in + observation] * inFactor
              - risk.series[out + observation] * outFactor;
      squares += deviation * deviation;
    }
    return mean + risk.z * Math.sqrt(squares / observations);
  }

  /** Returns the risk of a rank. */
  double risk(int rank) {
    return means[rank] + risk.z * deviations[rank];
  }

  /** Sums up the first {@code filled} slots of a rank anew. */
  void sum(int rank, int filled, int[] counts, int[] row) {
    int observations = risk.observations;
    Arrays.fill(series, rank * observations, (rank + 1) * observations, 0.0);
    means[rank] = 0.0;
    for (int slot = rank * slots; slot < rank * slots + filled; slot++) {
      int expert = row[slot];
      means[rank] += risk.means[expert] / counts[expert];
      if (observations > 1) {
        addSeries(rank, expert, 1.0 / counts[expert]);
      }
    }
    measure(rank);
  }

  /** Loads a complete row. */
  void load(int[] counts, int[] row) {
    clear();
    for (int rank = 0; rank < ranks; rank++) {
      sum(rank, slots, counts, row);
    }
  }

  /** Returns the largest risk of a rank as a multiple of their mean. */
  double peakToAverageRisk() {
    double peak = 0.0;
    double sum = 0.0;
    for (int rank = 0; rank < ranks; rank++) {
      double risk = risk(rank);
      peak = Math.max(peak, risk);
      sum += risk;
    }
    return peak * ranks / sum;
  }

  /** Returns the mean PAR over all observations. */
  double meanPeakToAverage() {
    double peaks = 0.0;
    for (int observation = 0; observation < risk.observations; observation++) {
      double peak = 0.0;
      for (int rank = 0; rank < ranks; rank++) {
        peak = Math.max(peak, means[rank] + series[rank * risk.observations + observation]);
      }
      peaks += peak;
    }
    return Math.max(1.0, peaks / risk.observations * ranks / risk.means.length);
  }
}
