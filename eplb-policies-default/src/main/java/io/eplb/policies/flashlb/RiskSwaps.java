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

  private final LayerRisk risk;
  private final RankSums sums;
  private final int slots;

  private final boolean[] onHottest;
  private int hottest;
  private double least;
  private int bestHere;
  private int bestThere;

  RiskSwaps(LayerRisk risk, RankSums sums) {
    this.risk = risk;
    this.sums = sums;
    slots = sums.slots;
    onHottest = new boolean[risk.means.length];
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
    Arrays.fill(onHottest, false);
    for (int slot = hottest * slots; slot < (hottest + 1) * slots; slot++) {
      onHottest[row[slot]] = true;
    }
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

  /** Compares the exchanges of the hottest rank with another one with the best so far. */
  private void compare(int rank, int[] counts, int[] row) {
    for (int there = rank * slots; there < (rank + 1) * slots; there++) {
      int gets = row[there];
      if (onHottest[gets]) {
        continue;
      }
      double light = risk.means[gets] / counts[gets];
      for (int here = hottest * slots; here < (hottest + 1) * slots; here++) {
        int gives = row[here];
        double gain = risk.means[gives] / counts[gives] - light;
        // A risk is at least the mean, which costs less to look at.
        if (sums.means[hottest] - gain < least
            && sums.means[rank] + gain < least
            && sums.riskWith(hottest, gets, counts[gets], gives, counts[gives]) < least
            && !holds(row, rank, gives)) {
          double after =
              Math.max(
                  sums.riskWith(hottest, gets, counts[gets], gives, counts[gives]),
                  sums.riskWith(rank, gives, counts[gives], gets, counts[gets]));
          if (after < least) {
            least = after;
            bestHere = here;
            bestThere = there;
          }
        }
      }
    }
  }

  private boolean holds(int[] row, int rank, int expert) {
    for (int slot = rank * slots; slot < (rank + 1) * slots; slot++) {
      if (row[slot] == expert) {
        return true;
      }
    }
    return false;
  }
}
