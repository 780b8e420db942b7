package io.eplb.policies.flashlb;

import io.eplb.policies.kernel.LayerRow;
import io.eplb.policies.kernel.RankCapacity;
import java.util.Arrays;

/**
 * Lowers the largest risk of a rank by exchanging one of its replicas with one of another rank, as
 * long as that helps: each time the pair after whose exchange the riskier of the two ranks has the
 * least risk. Few exchanges suffice after the packing.
 *
 * <p>Most exchanges are ruled out by bounds. Of two ranks the riskier one has at least half of
 * their risks, which add up to at least the risk of both taken as one rank, as the standard
 * deviation of a sum is at most the sum of the standard deviations; and no exchange between them
 * changes that. (If their speeds differ, the one rank has both speeds instead of twice one.) The
 * rank with the least such bound is examined first, so that its exchanges rule out the others.
 *
 * <p>Among equal exchanges the lower slots win. Not safe for use by several threads; owns its
 * scratch.
 */
final class RiskSwaps {
  /** An exchange that gains less than this share of the mean load of a rank is not worth it. */
  private static final double LEAST_GAIN = 1e-4;

  /** The rounding error allowed in a variance, relative to its summands. */
  private static final double ROUNDING = 1e-9;

  private static final int NONE = -1;

  private final LayerRisk risk;
  private final RankSums sums;
  private final RankCapacity capacity;
  private final int ranks;
  private final int slots;

  /** The mean and the deviation of the load of one replica of each expert. */
  private final double[] shares;

  private final double[] spreads;

  private final RiskiestRank here;

  /** The variance that each replica of the hottest rank adds to the rank compared. */
  private final double[] withRank;

  /** The variance of each slot's rank without the slot's replica. */
  private final double[] remaining;

  /** The ranks whose {@link #remaining} variances are known. */
  private final boolean[] measured;

  /** The lower bound of each rank's exchanges with the hottest rank. */
  private final double[] bounds;

  /** The ranks not examined so far. */
  private final int[] open;

  private int openRanks;
  private double least;
  private int bestHere;
  private int bestThere;

  RiskSwaps(LayerRisk risk, RankSums sums) {
    this.risk = risk;
    this.sums = sums;
    capacity = sums.capacity;
    ranks = sums.ranks;
    slots = sums.slots;
    shares = new double[risk.means.length];
    spreads = new double[risk.means.length];
    here = new RiskiestRank(sums, shares, spreads);
    withRank = new double[slots];
    remaining = new double[ranks * slots];
    measured = new boolean[ranks];
    bounds = new double[ranks];
    open = new int[ranks];
  }

  /**
   * Exchanges replicas.
   *
   * @param row without duplicates on a rank; the sums are its
   * @param most exchanges at most
   */
  void descend(int[] counts, int[] row, int most) {
    for (int expert = 0; expert < shares.length; expert++) {
      shares[expert] = risk.means[expert] / counts[expert];
      spreads[expert] = risk.deviations[expert] / counts[expert];
    }
    Arrays.fill(measured, false);
    for (int exchange = 0; exchange < most; exchange++) {
      if (!exchange(counts, row)) {
        return;
      }
    }
  }

  private boolean exchange(int[] counts, int[] row) {
    here.load(row);
    least = sums.risk(here.rank) - LEAST_GAIN * risk.means.length / capacity.totalSpeed;
    bestHere = NONE;
    bestThere = NONE;
    if (risk.observations == 1) {
      compareMeans(row);
    } else {
      boundRanks();
      for (int rank = promising(); rank != NONE; rank = promising()) {
        compareRisks(rank, counts, row);
      }
    }
    if (bestHere == NONE) {
      return false;
    }
    int given = row[bestHere];
    row[bestHere] = row[bestThere];
    row[bestThere] = given;
    change(here.rank, counts, row);
    change(bestThere / slots, counts, row);
    return true;
  }

  private void change(int rank, int[] counts, int[] row) {
    sums.sum(rank, capacity.usable[rank], counts, row);
    measured[rank] = false;
  }

  /** Compares all exchanges where there is one observation, so that a risk is a mean. */
  private void compareMeans(int[] row) {
    double speed = capacity.speeds[here.rank];
    double load = sums.means[here.rank] * speed;
    for (int rank = 0; rank < ranks; rank++) {
      // Equal means are the best that an exchange of two ranks can reach.
      double other = capacity.speeds[rank];
      if (rank != here.rank && (sums.means[rank] * other + load) / (other + speed) < least) {
        compareMeans(rank, row);
      }
    }
  }

  private void compareMeans(int rank, int[] row) {
    double mean = sums.means[rank];
    double meanOfHottest = sums.means[here.rank];
    double slowHere = capacity.slowness[here.rank];
    double slowThere = capacity.slowness[rank];
    double heaviest = here.shares[here.size - 1];
    double lightest = here.shares[0];
    int hereFrom = here.rank * slots;
    int hereEnd = hereFrom + here.size;
    int end = capacity.end(rank);
    for (int there = rank * slots; there < end; there++) {
      double light = shares[row[there]];
      if (meanOfHottest - (heaviest - light) * slowHere < least
          && mean + (lightest - light) * slowThere < least
          && !here.holds(row[there])) {
        // The lightest replica that relieves the hottest rank enough burdens the other rank least.
        int index = 0;
        while (meanOfHottest - (here.shares[index] - light) * slowHere >= least) {
          index++;
        }
        if (mean + (here.shares[index] - light) * slowThere >= least) {
          continue;
        }
        for (int slot = hereFrom; slot < hereEnd; slot++) {
          double heavy = shares[row[slot]];
          if (meanOfHottest - (heavy - light) * slowHere < least
              && mean + (heavy - light) * slowThere < least) {
            double after =
                Math.max(
                    meanOfHottest + light * slowHere - heavy * slowHere,
                    mean + heavy * slowThere - light * slowThere);
            take(slot, there, after, row);
          }
        }
      }
    }
  }

  private void boundRanks() {
    int hottest = here.rank;
    double speed = capacity.speeds[hottest];
    double load = sums.means[hottest] * speed;
    double spread = sums.deviations[hottest] * speed;
    double variance = spread * spread;
    openRanks = 0;
    for (int rank = 0; rank < ranks; rank++) {
      double other = capacity.speeds[rank];
      double spreadThere = sums.deviations[rank] * other;
      double variances = variance + spreadThere * spreadThere;
      double joint = variances + 2.0 * sums.covarianceOfRanks(hottest, rank) * speed * other;
      double deviation = Math.sqrt(Math.max(0.0, joint - ROUNDING * variances));
      double bound = (load + sums.means[rank] * other + risk.z * deviation) / (speed + other);
      bounds[rank] = bound * (1.0 - ROUNDING);
      if (rank != hottest && capacity.usable[rank] > 0) {
        open[openRanks++] = rank;
      }
    }
  }

  /** Takes out the rank with the least bound if an exchange with it may be the best. */
  private int promising() {
    double lowest = Double.POSITIVE_INFINITY;
    int first = NONE;
    int kept = 0;
    for (int index = 0; index < openRanks; index++) {
      int rank = open[index];
      if (bounds[rank] <= least) {
        if (bounds[rank] < lowest) {
          lowest = bounds[rank];
          first = kept;
        }
        open[kept++] = rank;
      }
    }
    openRanks = kept;
    if (first == NONE) {
      return NONE;
    }
    int rank = open[first];
    open[first] = open[--openRanks];
    return rank;
  }

  /**
   * Compares the exchanges with a rank with the best so far. Of a rank's variance after an
   * exchange, only the covariance of the two replicas is unknown. By Cauchy and Schwarz it is at
   * most the product of their deviations.
   */
  private void compareRisks(int rank, int[] counts, int[] row) {
    double z = risk.z * risk.z;
    double slowHere = capacity.slowness[here.rank];
    double slowThere = capacity.slowness[rank];
    double squareHere = slowHere * slowHere;
    double squareThere = slowThere * slowThere;
    double speed = capacity.speeds[here.rank];
    double mean = sums.means[rank];
    double meanOfHottest = sums.means[here.rank];
    boolean compared = false;
    int end = capacity.end(rank);
    for (int there = rank * slots; there < end; there++) {
      int gets = row[there];
      double light = shares[gets];
      // The mean is a lower bound of the risk and cheaper to compute.
      int index = here.from(meanOfHottest * speed + light - least * speed);
      if (index == here.size
          || mean + here.shares[index] * slowThere - light * slowThere > least
          || here.holds(gets)) {
        continue;
      }
      if (!compared) {
        compared = true;
        measure(rank, counts, row);
      }
      double spread = spreads[gets];
      double added = addedVariance(here.rank, gets, counts);
      for (; index < here.size; index++) {
        double gain = here.shares[index] - light;
        double roomThere = least - (mean + gain * slowThere);
        if (roomThere < 0.0) {
          break;
        }
        double roomHere = least - (meanOfHottest - gain * slowHere);
        double common = 2.0 * spread * here.spreads[index];
        double restHere = remaining[here.slots[index]] + added - common * squareHere;
        double restThere = remaining[there] + withRank[index] - common * squareThere;
        if (z * restHere <= roomHere * roomHere && z * restThere <= roomThere * roomThere) {
          weigh(index, there, counts, row);
        }
      }
    }
  }

  /** Computes the variances of a rank without its replicas and with those of the hottest rank. */
  private void measure(int rank, int[] counts, int[] row) {
    for (int index = 0; index < here.size; index++) {
      withRank[index] = addedVariance(rank, here.experts[index], counts);
    }
    measureOwn(rank, counts, row);
    measureOwn(here.rank, counts, row);
  }

  private void measureOwn(int rank, int[] counts, int[] row) {
    if (!measured[rank]) {
      measured[rank] = true;
      int end = capacity.end(rank);
      for (int slot = rank * slots; slot < end; slot++) {
        remaining[slot] = remaining(rank, row[slot], counts);
      }
    }
  }

  /** Returns a lower bound of the variance that a replica adds to a rank. */
  private double addedVariance(int rank, int expert, int[] counts) {
    double spread = spreads[expert] * capacity.slowness[rank];
    double square = spread * spread;
    return square * (1.0 - ROUNDING) + 2.0 * sums.covariance(rank, expert, counts[expert]);
  }

  /** Returns a lower bound of a rank's variance without one of its replicas. */
  private double remaining(int rank, int expert, int[] counts) {
    double spread = spreads[expert] * capacity.slowness[rank];
    double squares = sums.deviations[rank] * sums.deviations[rank] + spread * spread;
    return squares * (1.0 - ROUNDING) - 2.0 * sums.covariance(rank, expert, counts[expert]);
  }

  private void weigh(int index, int there, int[] counts, int[] row) {
    int gives = here.experts[index];
    int gets = row[there];
    double after = sums.riskWith(here.rank, gets, counts[gets], gives, counts[gives]);
    if (after <= least) {
      int rank = there / slots;
      after = Math.max(after, sums.riskWith(rank, gives, counts[gives], gets, counts[gets]));
      take(here.slots[index], there, after, row);
    }
  }

  /** Takes an exchange if it is better than the best so far. */
  private void take(int slot, int there, double after, int[] row) {
    int rankFrom = there / slots * slots;
    if ((after < least || (after == least && precedes(slot, there)))
        && !LayerRow.holds(row, rankFrom, rankFrom + slots, row[slot])) {
      least = after;
      bestHere = slot;
      bestThere = there;
    }
  }

  /** Returns whether an exchange comes before the best one so far, if there is one. */
  private boolean precedes(int slot, int there) {
    return there < bestThere || (there == bestThere && slot < bestHere);
  }
}
