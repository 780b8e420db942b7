package io.eplb.policies.flashlb;

import java.util.Arrays;

/**
 * The riskiest rank of a row and its replicas, lightest first. Among equal ranks it is the first
 * one. Scratch of one worker.
 */
final class RiskiestRank {
  /** The slot, the expert, and the mean and deviation of the load of each replica. */
  final int[] slots;

  final int[] experts;
  final double[] shares;
  final double[] spreads;

  int rank;

  /** The number of its replicas. */
  int size;

  private final RankSums sums;
  private final double[] shareOf;
  private final double[] spreadOf;
  private final boolean[] held;

  /**
   * Creates the scratch. The arrays hold the mean and deviation of one replica by expert, and
   * belong to the caller.
   */
  RiskiestRank(RankSums sums, double[] shareOf, double[] spreadOf) {
    this.sums = sums;
    this.shareOf = shareOf;
    this.spreadOf = spreadOf;
    held = new boolean[shareOf.length];
    slots = new int[sums.slots];
    experts = new int[sums.slots];
    shares = new double[sums.slots];
    spreads = new double[sums.slots];
  }

  /** Finds the riskiest rank of the row, whose sums are loaded. */
  void load(int[] row) {
    rank = 0;
    double most = sums.risk(0);
    for (int other = 1; other < sums.ranks; other++) {
      double risk = sums.risk(other);
      if (risk > most) {
        most = risk;
        rank = other;
      }
    }
    Arrays.fill(held, false);
    size = sums.capacity.usable[rank];
    for (int filled = 0; filled < size; filled++) {
      insert(rank * slots.length + filled, row, filled);
    }
  }

  private void insert(int slot, int[] row, int filled) {
    int expert = row[slot];
    double share = shareOf[expert];
    int index = filled;
    for (; index > 0 && shares[index - 1] > share; index--) {
      slots[index] = slots[index - 1];
      experts[index] = experts[index - 1];
      shares[index] = shares[index - 1];
      spreads[index] = spreads[index - 1];
    }
    slots[index] = slot;
    experts[index] = expert;
    shares[index] = share;
    spreads[index] = spreadOf[expert];
    held[expert] = true;
  }

  /** Returns whether the rank holds an expert. */
  boolean holds(int expert) {
    return held[expert];
  }

  /** Returns the first replica whose mean load is not below {@code share}; if none, the size. */
  int from(double share) {
    int index = 0;
    while (index < size && shares[index] < share) {
      index++;
    }
    return index;
  }
}
