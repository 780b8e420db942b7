package io.eplb.policies.ascend;

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
   */
  static void pack(
      int slots,
      double[] share,
      int[] extra,
      int[] row,
      double[] rankLoad,
      int[] filled,
      int[] order) {
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
    }
    IndexSort.descending(order, experts, share);
    for (int index = 0; index < experts; index++) {
      int expert = order[index];
      int lightest = -1;
      for (int rank = 0; rank < ranks; rank++) {
        if (filled[rank] < slots
            && (lightest < 0 || rankLoad[rank] < rankLoad[lightest])
            && (extra[expert] == 0 || !holds(row, rank * slots, filled[rank], expert))) {
          lightest = rank;
        }
      }
      if (lightest >= 0) {
        put(expert, lightest, slots, share, row, rankLoad, filled);
      } else {
        exchange(expert, slots, share, row, rankLoad, filled);
      }
    }
  }

  /**
   * Places an expert that every rank with room holds already: another rank takes it and hands one
   * of its own experts to the rank with room, so that the higher of both loads is least. There is
   * always one: some rank does not hold the expert, is full, and has at most {@code slots − 2} of
   * its experts in common with a rank that has room and holds this one.
   */
  private static void exchange(
      int expert, int slots, double[] share, int[] row, double[] rankLoad, int[] filled) {
    int ranks = rankLoad.length;
    int room = 0;
    while (filled[room] == slots) {
      room++;
    }
    int bestSlot = -1;
    double bestPeak = Double.POSITIVE_INFINITY;
    for (int rank = 0; rank < ranks; rank++) {
      if (filled[rank] < slots || holds(row, rank * slots, slots, expert)) {
        continue;
      }
      for (int slot = rank * slots; slot < (rank + 1) * slots; slot++) {
        double handed = share[row[slot]];
        double peak = Math.max(rankLoad[room] + handed, rankLoad[rank] - handed + share[expert]);
        if (peak < bestPeak && !holds(row, room * slots, filled[room], row[slot])) {
          bestPeak = peak;
          bestSlot = slot;
        }
      }
    }
    int handed = row[bestSlot];
    put(handed, room, slots, share, row, rankLoad, filled);
    row[bestSlot] = expert;
    rankLoad[bestSlot / slots] += share[expert] - share[handed];
  }

  private static void put(
      int expert, int rank, int slots, double[] share, int[] row, double[] rankLoad, int[] filled) {
    row[rank * slots + filled[rank]++] = expert;
    rankLoad[rank] += share[expert];
  }

  private static boolean holds(int[] row, int from, int size, int expert) {
    for (int slot = from; slot < from + size; slot++) {
      if (row[slot] == expert) {
        return true;
      }
    }
    return false;
  }
}
