package io.eplb.policies.flashlb;

import java.util.Arrays;

/**
 * Lowers the largest risk of a rank by exchanging one of its replicas with one of another rank, as
 * long as that helps: each time the pair after whose exchange the riskier of the two ranks has the
 * least risk. What LPT leaves uneven takes few exchanges.
 *
 * <p>Among equal exchanges the lower slots win. Not safe for use by several threads; owns its
 * scratch.
 */
final class RiskSwaps {
  /** An exchange that gains less than this share of the mean load of a rank is not worth it. */
  private static final double LEAST_GAIN = 1e-4;

  /** More than what rounding does to a variance, relative to what it is summed up from. */
  private static final double ROUNDING = 1e-9;

  private static final int NOBODY = -1;

  private final LayerRisk risk;
  private final RankSums sums;
  private final int slots;

  private final boolean[] onHottest;

  /** By slot of the hottest rank: mean and deviation of its replica's load. */
  private final double[] shares;

  private final double[] spreads;

  /** The same replicas' covariances with the hottest rank, and with the rank compared. */
  private final double[] covariancesHere;

  private final double[] covariancesThere;

  /** The rank that {@link #covariancesThere} are with. */
  private int covariancesThereOf;

  private double heaviest;
  private double lightest;
  private int hottest;
  private double least;
  private int bestHere;
  private int bestThere;

  RiskSwaps(LayerRisk risk, RankSums sums) {
    this.risk = risk;
    this.sums = sums;
    slots = sums.slots;
    onHottest = new boolean[risk.means.length];
    shares = new double[slots];
    spreads = new double[slots];
    covariancesHere = new double[slots];
    covariancesThere = new double[slots];
  }

  /**
   * Exchanges replicas.
   *
   * @param row without duplicates on a rank; the sums are its
   * @param most exchanges at most
   */
  void descend(int[] counts, int[] row, int most) {
    for (int exchange = 0; exchange < most; exchange++) {
      if (!exchange(counts, row)) {
        return;
      }
    }
  }

  private boolean exchange(int[] counts, int[] row) {
    hottest = 0;
    for (int rank = 1; rank < sums.ranks; rank++) {
      if (sums.risk(rank) > sums.risk(hottest)) {
        hottest = rank;
      }
    }
    lookAtHottest(counts, row);
    least = sums.risk(hottest) - LEAST_GAIN * risk.means.length / sums.ranks;
    bestHere = -1;
    for (int rank = 0; rank < sums.ranks; rank++) {
      // Equal means are the best that an exchange of two ranks can reach.
      if (rank != hottest && (sums.means[rank] + sums.means[hottest]) / 2.0 < least) {
        compare(rank, counts, row);
      }
    }
    if (bestHere < 0) {
      return false;
    }
    int given = row[bestHere];
    row[bestHere] = row[bestThere];
    row[bestThere] = given;
    sums.sum(hottest, slots, counts, row);
    sums.sum(bestThere / slots, slots, counts, row);
    return true;
  }

  private void lookAtHottest(int[] counts, int[] row) {
    Arrays.fill(onHottest, false);
    heaviest = 0.0;
    lightest = Double.POSITIVE_INFINITY;
    for (int index = 0; index < slots; index++) {
      int expert = row[hottest * slots + index];
      onHottest[expert] = true;
      shares[index] = risk.means[expert] / counts[expert];
      spreads[index] = risk.deviations[expert] / counts[expert];
      heaviest = Math.max(heaviest, shares[index]);
      lightest = Math.min(lightest, shares[index]);
      if (risk.observations > 1) {
        covariancesHere[index] = sums.covariance(hottest, expert, counts[expert]);
      }
    }
  }

  /** Compares the exchanges of the hottest rank with another one with the best so far. */
  private void compare(int rank, int[] counts, int[] row) {
    covariancesThereOf = NOBODY;
    for (int there = rank * slots; there < (rank + 1) * slots; there++) {
      int gets = row[there];
      double light = risk.means[gets] / counts[gets];
      // A risk is at least the mean, which costs less to look at.
      if (sums.means[hottest] - (heaviest - light) < least
          && sums.means[rank] + (lightest - light) < least
          && !onHottest[gets]) {
        compare(rank, there, light, counts, row);
      }
    }
  }

  private void compare(int rank, int there, double light, int[] counts, int[] row) {
    int gets = row[there];
    double spread = risk.deviations[gets] / counts[gets];
    boolean known = risk.observations == 1;
    double withHottest = 0.0;
    double withRank = 0.0;
    double meanOfHottest = sums.means[hottest];
    double meanOfRank = sums.means[rank];
    double[] heavy = shares;
    double bar = least;
    for (int index = 0; index < heavy.length; index++) {
      double gain = heavy[index] - light;
      double meanHere = meanOfHottest - gain;
      double meanThere = meanOfRank + gain;
      if (!(meanHere < bar && meanThere < bar)) {
        continue;
      }
      if (!known) {
        withHottest = sums.covariance(hottest, gets, counts[gets]);
        withRank = sums.covariance(rank, gets, counts[gets]);
        lookAtCovariances(rank, counts, row);
        known = true;
      }
      double here = spreads[index];
      if (risk.observations == 1
          || (mayDo(hottest, meanHere, spread, here, withHottest - covariancesHere[index])
              && mayDo(rank, meanThere, spread, here, covariancesThere[index] - withRank))) {
        weigh(rank, hottest * slots + index, there, counts, row);
        bar = least;
      }
    }
  }

  /** Measures how the rank compared would take to the replicas of the hottest rank. */
  private void lookAtCovariances(int rank, int[] counts, int[] row) {
    if (covariancesThereOf != rank) {
      covariancesThereOf = rank;
      for (int index = 0; index < slots; index++) {
        int gives = row[hottest * slots + index];
        covariancesThere[index] = sums.covariance(rank, gives, counts[gives]);
      }
    }
  }

  /**
   * Returns whether an exchange may leave a rank less risky than the best one so far does. Of the
   * variance after it, all but the covariance of the two replicas is known; by Cauchy and Schwarz
   * that is at most the product of their deviations.
   *
   * @param mean of the rank's load after the exchange
   * @param change of the rank's covariance with what comes against what goes
   */
  private boolean mayDo(int rank, double mean, double spread, double other, double change) {
    double before = sums.deviations[rank] * sums.deviations[rank];
    double difference = spread - other;
    double variance = before + difference * difference + 2.0 * change;
    double rounding = ROUNDING * (before + spread * spread + other * other);
    double room = least - mean;
    return risk.z * risk.z * (variance - rounding) <= room * room;
  }

  /** Takes an exchange if it is better than the best so far. */
  private void weigh(int rank, int here, int there, int[] counts, int[] row) {
    int gives = row[here];
    int gets = row[there];
    double riskHere = sums.riskWith(hottest, gets, counts[gets], gives, counts[gives]);
    if (riskHere < least && !holds(row, rank, gives)) {
      double after =
          Math.max(riskHere, sums.riskWith(rank, gives, counts[gives], gets, counts[gets]));
      if (after < least) {
        least = after;
        bestHere = here;
        bestThere = there;
      }
    }
  }

  private boolean holds(int[] row, int rank, int expert) {
    for (int slot = rank * slots; slot < rank * slots + slots; slot++) {
      if (row[slot] == expert) {
        return true;
      }
    }
    return false;
  }
}
