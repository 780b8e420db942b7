package io.eplb.policies.flashlb;

import io.eplb.policies.kernel.RankCapacity;
import java.util.Arrays;

/**
 * The sums over the replicas on each rank: the mean load, its standard deviation, and the sum's
 * deviation in every observation, all of them ÷ the rank's speed. Scratch of one worker.
 *
 * <p>With d(t) the deviation of a rank's sum in observation t, its variance is the mean of d(t)²; a
 * replica with deviations x(t) adds its own variance and twice the mean of x(t) · d(t), which is
 * the covariance of the two and so the sum of its covariances with all replicas on the rank.
 *
 * <p>The loops over observations are similar but separate: one shared loop takes 3 % more time.
 */
final class RankSums {
  final RankCapacity capacity;
  final int ranks;
  final int slots;

  /** The mean load ÷ speed of each rank; if they are level, all are experts ÷ total speed. */
  final double[] means;

  /** The standard deviation of each rank's load ÷ speed. */
  final double[] deviations;

  private final LayerRisk risk;

  /** The deviations of the ranks' sums ÷ speeds; ranks × observations. */
  private double[] series = new double[0];

  RankSums(LayerRisk risk, RankCapacity capacity) {
    this.risk = risk;
    this.capacity = capacity;
    ranks = capacity.ranks;
    slots = capacity.slots;
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
    means[rank] += risk.means[expert] / count * capacity.slowness[rank];
    if (risk.observations > 1) {
      addSeries(rank, expert, capacity.slowness[rank] / count);
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
    double deviation = risk.deviations[expert] / count * capacity.slowness[rank];
    double variance =
        deviations[rank] * deviations[rank]
            + deviation * deviation
            + 2.0 * covariance(rank, expert, count);
    return Math.sqrt(Math.max(0.0, variance));
  }

  /**
   * Returns the covariance of a rank's sum and one of {@code count} replicas of an expert, both ÷
   * the rank's speed.
   */
  double covariance(int rank, int expert, int count) {
    int observations = risk.observations;
    int from = rank * observations;
    int expertFrom = expert * observations;
    double product = 0.0;
    for (int observation = 0; observation < observations; observation++) {
      product += risk.series[expertFrom + observation] * series[from + observation];
    }
    return product * capacity.slowness[rank] / ((double) observations * count);
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
    double slowness = capacity.slowness[rank];
    double mean =
        means[rank]
            + risk.means[expert] / count * slowness
            - risk.means[insteadOf] / itsCount * slowness;
    int observations = risk.observations;
    if (observations == 1) {
      return mean;
    }
    double squares = 0.0;
    int from = rank * observations;
    int in = expert * observations;
    int out = insteadOf * observations;
    double inFactor = slowness / count;
    double outFactor = slowness / itsCount;
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
      means[rank] += risk.means[expert] / counts[expert] * capacity.slowness[rank];
      if (observations > 1) {
        addSeries(rank, expert, capacity.slowness[rank] / counts[expert]);
      }
    }
    measure(rank);
  }

  /** Loads a complete row. */
  void load(int[] counts, int[] row) {
    clear();
    for (int rank = 0; rank < ranks; rank++) {
      sum(rank, capacity.usable[rank], counts, row);
    }
  }

  /** Returns the largest risk of a rank as a multiple of their mean. */
  double peakToAverageRisk() {
    double peak = 0.0;
    double sum = 0.0;
    for (int rank = 0; rank < ranks; rank++) {
      double risk = risk(rank);
      peak = Math.max(peak, risk);
      sum += risk * capacity.speeds[rank];
    }
    return peak * capacity.totalSpeed / sum;
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
    return Math.max(1.0, peaks / risk.observations * capacity.totalSpeed / risk.means.length);
  }
}
