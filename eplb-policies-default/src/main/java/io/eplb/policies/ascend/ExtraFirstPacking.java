package io.eplb.policies.ascend;

import io.eplb.policies.kernel.FallingOrder;
import io.eplb.policies.kernel.LayerRow;
import io.eplb.policies.kernel.MakeWay;

/**
 * Packs replicas onto ranks as {@code DefaultEplb} does: the extra replicas first, one per rank,
 * then one replica of every expert, heaviest first, each on the lightest rank that may take it.
 */
final class ExtraFirstPacking {
  private ExtraFirstPacking() {}

  /**
   * Packs one layer without a duplicate on a rank.
   *
   * @param slots slots per rank, at most the number of experts
   * @param share load per replica
   * @param extra replicas beyond the first, each below the number of ranks; with one per expert
   *     they fill all slots
   * @param row receives the experts, rank by rank
   * @param rankLoad receives the load per rank; its length is the number of ranks
   * @param filled receives the filled slots per rank, which is all of them
   * @param order scratch per expert
   * @param lightness scratch per expert
   */
  static void pack(
      int slots,
      double[] share,
      int[] extra,
      int[] row,
      double[] rankLoad,
      int[] filled,
      int[] order,
      double[] lightness) {
    int ranks = rankLoad.length;
    int experts = share.length;
    for (int rank = 0; rank < ranks; rank++) {
      rankLoad[rank] = 0.0;
      filled[rank] = 0;
    }
    // Fewer extras than ranks per expert, on consecutive ranks: no two meet. And together they are
    // at most slots per rank of full rounds, so that no rank overflows.
    int next = 0;
    for (int expert = 0; expert < experts; expert++) {
      for (int copy = 0; copy < extra[expert]; copy++) {
        put(expert, next, slots, share, row, rankLoad, filled);
        next = next + 1 == ranks ? 0 : next + 1;
      }
    }
    for (int expert = 0; expert < experts; expert++) {
      order[expert] = expert;
      lightness[expert] = -share[expert];
    }
    // From the end: of equal shares the higher index first.
    FallingOrder.sort(order, 0, experts, lightness);
    for (int index = experts - 1; index >= 0; index--) {
      int expert = order[index];
      int lightest = -1;
      for (int rank = 0; rank < ranks; rank++) {
        if (filled[rank] < slots
            && (lightest < 0 || rankLoad[rank] < rankLoad[lightest])
            && (extra[expert] == 0
                || !LayerRow.holds(row, rank * slots, rank * slots + filled[rank], expert))) {
          lightest = rank;
        }
      }
      if (lightest >= 0) {
        put(expert, lightest, slots, share, row, rankLoad, filled);
      } else {
        int room = 0;
        while (filled[room] == slots) {
          room++;
        }
        int slot = MakeWay.slot(row, slots, filled, rankLoad, share, expert, room);
        int handed = row[slot];
        put(handed, room, slots, share, row, rankLoad, filled);
        row[slot] = expert;
        rankLoad[slot / slots] += share[expert] - share[handed];
      }
    }
  }

  private static void put(
      int expert, int rank, int slots, double[] share, int[] row, double[] rankLoad, int[] filled) {
    row[rank * slots + filled[rank]++] = expert;
    rankLoad[rank] += share[expert];
  }
}
