package io.eplb.policies.flashlb;

import io.eplb.policies.kernel.Displacement;
import io.eplb.policies.kernel.HeaviestFirst;
import io.eplb.policies.kernel.HolderLists;
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
 * <p>Among equal experts and ranks the lower index wins. Not safe for use by several threads; owns
 * its scratch.
 */
final class RiskPacking {
  private final LayerRisk risk;
  private final HolderLists holders;
  private final RankSums sums;
  private final int ranks;
  private final int slots;
  private final RankCapacity capacity;
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
    ranks = sums.ranks;
    slots = sums.slots;
    int experts = risk.means.length;
    capacity = RankCapacity.nominal(ranks, slots);
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
   * @param counts by expert, 1 to ranks, ranks × slots in all
   * @param keepBonus the share of a replica's load by which a rank that holds its expert may be
   *     riskier
   * @param row receives the experts, rank by rank
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
      for (int replica = 0; replica < counts[expert]; replica++) {
        int rank = leastRisk(expert, counts[expert], keepBonus);
        if (rank < 0) {
          displace(expert, counts, row);
        } else {
          row[rank * slots + filled[rank]++] = expert;
          taken[rank] = expert;
          sums.add(rank, expert, counts[expert]);
          if (filled[rank] == slots) {
            close(rank);
          }
        }
      }
    }
  }

  private void clear() {
    sums.clear();
    Arrays.fill(filled, 0);
    Arrays.fill(held, -1);
    Arrays.fill(taken, -1);
    for (int rank = 0; rank < ranks; rank++) {
      open[rank] = rank;
    }
    openRanks = ranks;
  }

  private int leastRisk(int expert, int count, double keepBonus) {
    double share = shares[expert];
    double deviation = risk.deviations[expert] / count;
    double handicap = share * keepBonus;
    double leastBound = Double.POSITIVE_INFINITY;
    int promising = -1;
    for (int index = 0; index < openRanks; index++) {
      int rank = open[index];
      double mean = sums.means[rank] + share + (held[rank] == expert ? 0.0 : handicap);
      double bound = mean + risk.z * Math.abs(sums.deviations[rank] - deviation);
      bounds[rank] = bound;
      if (bound < leastBound && taken[rank] != expert) {
        leastBound = bound;
        promising = rank;
      }
    }
    return risk.observations == 1 || promising < 0
        ? promising
        : leastRisk(promising, expert, count, handicap);
  }

  /** Compares the ranks whose bound does not rule them out with the one whose bound is least. */
  private int leastRisk(int promising, int expert, int count, double handicap) {
    double share = shares[expert];
    double least = Double.POSITIVE_INFINITY;
    int best = promising;
    for (int index = -1; index < openRanks; index++) {
      int rank = index < 0 ? promising : open[index];
      if (bounds[rank] <= least && taken[rank] != expert) {
        double mean = sums.means[rank] + share + (held[rank] == expert ? 0.0 : handicap);
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

  /** Takes the slot of an expert that moves to the first rank with room. */
  private void displace(int expert, int[] counts, int[] row) {
    int room = open[0];
    int slot = Displacement.slot(row, capacity, filled, sums.means, shares, expert, room);
    int displaced = row[slot];
    int rank = slot / slots;
    row[slot] = expert;
    row[room * slots + filled[room]++] = displaced;
    taken[rank] = expert;
    sums.sum(rank, slots, counts, row);
    sums.sum(room, filled[room], counts, row);
    if (filled[room] == slots) {
      close(room);
    }
  }
}
