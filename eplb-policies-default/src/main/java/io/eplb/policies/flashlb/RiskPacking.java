package io.eplb.policies.flashlb;

import io.eplb.policies.kernel.Displacement;
import io.eplb.policies.kernel.HeaviestFirst;
import io.eplb.policies.kernel.HolderLists;
import io.eplb.policies.kernel.LayerRow;
import io.eplb.policies.kernel.RankCapacity;
import io.eplb.policies.kernel.WeightKey;
import java.util.Arrays;

/**
 * Places a layer's replicas: the expert with the largest risk per replica first, each replica on
 * the rank whose risk with it is least among those that have room and lack the expert. A rank that
 * holds the expert in the row in force may be riskier by a share of the replica's load, so heavy
 * replicas tend to stay and light ones level the ranks.
 *
 * <p>The standard deviation of a sum is at least the difference of the two, so most ranks are ruled
 * out before their {@linkplain RankSums covariance} with the expert is computed.
 *
 * <p>If ranks have different numbers of usable slots, a replica may find no rank that can take it,
 * even by displacing another. Its slot goes to the expert with the largest risk per replica among
 * those that the rank with room lacks. Example: in {@code 0 1 . | 1} a second replica of 0 has no
 * place, since rank 0 holds 0 already and has no use for another 1: so the last slot goes to 2.
 *
 * <p>Among equal experts and ranks the lower index wins. Not safe for use by several threads; owns
 * its scratch.
 */
final class RiskPacking {
  private final LayerRisk risk;
  private final HolderLists holders;
  private final RankSums sums;
  private final RankCapacity capacity;
  private final int ranks;
  private final int slots;
  private final int[] filled;
  private final int[] open;
  private final int[] held;
  private final int[] taken;
  private final double[] bounds;
  private final double[] shares;
  private final long[] order;
  private final long[] spare;
  private final int[] histogram;
  private int openRanks;

  RiskPacking(LayerRisk risk, HolderLists holders, RankSums sums) {
    this.risk = risk;
    this.holders = holders;
    this.sums = sums;
    capacity = sums.capacity;
    ranks = sums.ranks;
    slots = sums.slots;
    int experts = risk.means.length;
    filled = new int[ranks];
    open = new int[ranks];
    held = new int[ranks];
    taken = new int[ranks];
    bounds = new double[ranks];
    shares = new double[experts];
    order = new long[experts];
    spare = new long[experts];
    histogram = new int[HeaviestFirst.HISTOGRAM];
  }

  /**
   * Places all replicas of every expert.
   *
   * @param counts by expert, 1 to the ranks that live, as many in all as usable slots; changed if
   *     some replicas cannot be placed
   * @param keepBonus the share of a replica's load, at the mean speed, by which a rank that holds
   *     its expert may be riskier
   * @param row receives the experts, rank by rank; other slots than the usable ones are left
   */
  void pack(int[] counts, double keepBonus, int[] row) {
    clear();
    for (int expert = 0; expert < counts.length; expert++) {
      shares[expert] = risk.means[expert] / counts[expert];
      order[expert] = WeightKey.of(risk.risks[expert] / counts[expert], expert);
    }
    HeaviestFirst.sort(order, counts.length, spare, histogram);
    for (int place = 0; place < counts.length; place++) {
      int expert = WeightKey.index(order[place]);
      for (int slot = holders.first(expert); slot != HolderLists.NONE; slot = holders.next(slot)) {
        held[slot / slots] = expert;
      }
      int wanted = counts[expert];
      for (int replica = 0; replica < wanted; replica++) {
        int rank = leastRisk(expert, wanted, keepBonus);
        if (rank >= 0) {
          row[rank * slots + filled[rank]++] = expert;
          taken[rank] = expert;
          sums.add(rank, expert, wanted);
          if (filled[rank] == capacity.usable[rank]) {
            close(rank);
          }
        } else if (!displace(expert, counts, row)) {
          counts[expert] -= wanted - replica;
          break;
        }
      }
    }
    if (openRanks > 0) {
      fillUp(counts, row);
    }
  }

  /** Fills the slots left with the riskiest experts that their ranks lack. */
  private void fillUp(int[] counts, int[] row) {
    for (int index = 0; index < openRanks; index++) {
      int rank = open[index];
      int from = rank * slots;
      for (; filled[rank] < capacity.usable[rank]; filled[rank]++) {
        int riskiest = -1;
        for (int expert = 0; expert < counts.length; expert++) {
          if ((riskiest < 0
                  || risk.risks[expert] / counts[expert] > risk.risks[riskiest] / counts[riskiest])
              && !LayerRow.holds(row, from, from + filled[rank], expert)) {
            riskiest = expert;
          }
        }
        row[from + filled[rank]] = riskiest;
        counts[riskiest]++;
      }
    }
    sums.load(counts, row);
  }

  private void clear() {
    sums.clear();
    Arrays.fill(filled, 0);
    Arrays.fill(held, -1);
    Arrays.fill(taken, -1);
    openRanks = 0;
    for (int rank = 0; rank < ranks; rank++) {
      if (capacity.usable[rank] > 0) {
        open[openRanks++] = rank;
      }
    }
  }

  private int leastRisk(int expert, int count, double keepBonus) {
    double[] slowness = capacity.slowness;
    double share = shares[expert];
    double deviation = risk.deviations[expert] / count;
    double handicap = share * keepBonus * (capacity.living / capacity.totalSpeed);
    boolean fluctuates = risk.observations > 1;
    double leastBound = Double.POSITIVE_INFINITY;
    int promising = -1;
    for (int index = 0; index < openRanks; index++) {
      int rank = open[index];
      double slow = slowness[rank];
      double mean = sums.means[rank] + share * slow + (held[rank] == expert ? 0.0 : handicap);
      double bound =
          fluctuates ? mean + risk.z * Math.abs(sums.deviations[rank] - deviation * slow) : mean;
      bounds[rank] = bound;
      if (bound < leastBound && taken[rank] != expert) {
        leastBound = bound;
        promising = rank;
      }
    }
    return fluctuates && promising >= 0 ? leastRisk(promising, expert, count, handicap) : promising;
  }

  /** Compares the ranks whose bound does not rule them out with the one whose bound is least. */
  private int leastRisk(int promising, int expert, int count, double handicap) {
    double share = shares[expert];
    double least = Double.POSITIVE_INFINITY;
    int best = promising;
    for (int index = -1; index < openRanks; index++) {
      int rank = index < 0 ? promising : open[index];
      if (bounds[rank] <= least && taken[rank] != expert) {
        double mean =
            sums.means[rank]
                + share * capacity.slowness[rank]
                + (held[rank] == expert ? 0.0 : handicap);
        double exact = mean + risk.z * sums.deviationWith(rank, expert, count);
        if (exact < least || (exact == least && rank < best)) {
          least = exact;
          best = rank;
        }
      }
    }
    return best;
  }

  private void close(int full) {
    int kept = 0;
    for (int index = 0; index < openRanks; index++) {
      if (open[index] != full) {
        open[kept++] = open[index];
      }
    }
    openRanks = kept;
  }

  /** Takes the slot of an expert that moves to a rank with room; returns false if none can. */
  private boolean displace(int expert, int[] counts, int[] row) {
    int room = -1;
    int slot = -1;
    for (int index = 0; index < openRanks && slot < 0; index++) {
      room = open[index];
      slot = Displacement.slot(row, capacity, filled, sums.means, shares, expert, room);
    }
    if (slot < 0) {
      return false;
    }
    int displaced = row[slot];
    int rank = slot / slots;
    row[slot] = expert;
    row[room * slots + filled[room]++] = displaced;
    taken[rank] = expert;
    sums.sum(rank, capacity.usable[rank], counts, row);
    sums.sum(room, filled[room], counts, row);
    if (filled[room] == capacity.usable[room]) {
      close(room);
    }
    return true;
  }
}
