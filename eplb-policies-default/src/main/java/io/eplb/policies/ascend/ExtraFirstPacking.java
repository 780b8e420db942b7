package io.eplb.policies.ascend;

import io.eplb.policies.kernel.Displacement;
import io.eplb.policies.kernel.FallingOrder;
import io.eplb.policies.kernel.LayerRow;
import io.eplb.policies.kernel.RankCapacity;
import java.util.Arrays;

/**
 * Packs replicas onto ranks as {@code DefaultEplb} does: the extra replicas first, one per rank,
 * then one replica of every expert, heaviest first, each on the lightest rank that may take it.
 * Among equal experts the higher index is first, among equal ranks the lower one. Owns its scratch.
 */
final class ExtraFirstPacking {
  private final int ranks;
  private final int slots;
  private final double[] rankLoad;
  private final RankCapacity capacity;
  private final int[] filled;
  private final int[] order;
  private final double[] lightness;

  ExtraFirstPacking(int ranks, int slots, int experts) {
    this.ranks = ranks;
    this.slots = slots;
    rankLoad = new double[ranks];
    capacity = RankCapacity.nominal(ranks, slots);
    filled = new int[ranks];
    order = new int[experts];
    lightness = new double[experts];
  }

  /**
   * Packs one layer without a duplicate on a rank.
   *
   * @param share load per replica; at least as many experts as slots per rank
   * @param extra replicas beyond the first, each below the number of ranks; with one per expert
   *     they fill all slots
   * @param row receives the experts, rank by rank
   */
  void pack(double[] share, int[] extra, int[] row) {
    Arrays.fill(rankLoad, 0.0);
    Arrays.fill(filled, 0);
    // An expert has fewer extra replicas than there are ranks, and they go to consecutive ranks,
    // so no rank gets two. In all they are at most one round of the ranks per slot, so no rank
    // overflows.
    int next = 0;
    for (int expert = 0; expert < order.length; expert++) {
      for (int copy = 0; copy < extra[expert]; copy++) {
        put(expert, next, share, row);
        next = next + 1 == ranks ? 0 : next + 1;
      }
      order[expert] = expert;
      lightness[expert] = -share[expert];
    }
    // The loop runs from the end, so that the higher index comes first among equal shares.
    FallingOrder.sort(order, 0, order.length, lightness);
    for (int index = order.length - 1; index >= 0; index--) {
      int expert = order[index];
      int lightest = lightest(expert, extra[expert] > 0, row);
      if (lightest >= 0) {
        put(expert, lightest, share, row);
      } else {
        displace(expert, share, row);
      }
    }
  }

  /** Returns the lightest rank that has room and does not hold an expert; −1 if there is none. */
  private int lightest(int expert, boolean replicated, int[] row) {
    int lightest = -1;
    for (int rank = 0; rank < ranks; rank++) {
      if (filled[rank] < slots
          && (lightest < 0 || rankLoad[rank] < rankLoad[lightest])
          && (!replicated
              || !LayerRow.holds(row, rank * slots, rank * slots + filled[rank], expert))) {
        lightest = rank;
      }
    }
    return lightest;
  }

  /** Takes the slot of an expert that moves to the first rank with room. */
  private void displace(int expert, double[] share, int[] row) {
    int room = 0;
    while (filled[room] == slots) {
      room++;
    }
    int slot = Displacement.slot(row, capacity, filled, rankLoad, share, expert, room);
    int displaced = row[slot];
    put(displaced, room, share, row);
    row[slot] = expert;
    rankLoad[slot / slots] += share[expert] - share[displaced];
  }

  private void put(int expert, int rank, double[] share, int[] row) {
    row[rank * slots + filled[rank]++] = expert;
    rankLoad[rank] += share[expert];
  }
}
