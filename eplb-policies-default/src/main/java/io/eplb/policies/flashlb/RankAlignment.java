package io.eplb.policies.flashlb;

import io.eplb.api.EpTopology;
import io.eplb.policies.kernel.HolderLists;
import java.util.Arrays;

/**
 * Renumbers the ranks of a new row so that as many experts as possible stay on their rank. All
 * ranks are equal, so any of them can take any set of experts. Example: if {@code 0 1 | 2 3} is in
 * force, the new row {@code 2 3 | 1 0} becomes {@code 1 0 | 2 3}. Scratch of one worker.
 */
final class RankAlignment {
  /**
   * The most ranks in one matching, which takes their square in memory and up to their cube in
   * time.
   */
  private static final int MOST_MATCHED = 256;

  private final int ranks;
  private final int slots;

  /**
   * The number of slots of a rank that hold different experts; the slots after them repeat some.
   */
  private final int distinct;

  private final HolderLists holders;
  private final int[] overlaps;
  private final int[] columnOf;
  private final int[] rankOf;
  private final int[] aligned;
  private final RankMatching matching;

  RankAlignment(EpTopology topology, HolderLists holders) {
    ranks = topology.ranks();
    slots = topology.slotsPerRank();
    distinct = Math.min(slots, topology.experts());
    this.holders = holders;
    int matched = Math.min(ranks, MOST_MATCHED);
    overlaps = new int[matched * matched];
    columnOf = new int[matched];
    rankOf = new int[ranks];
    aligned = new int[ranks * slots];
    matching = new RankMatching(matched);
  }

  /**
   * Renumbers the ranks of a row.
   *
   * @param row ranks × slots experts, as many different ones on each rank as possible and first in
   *     its slots; left as it is
   * @return the same experts on renumbered ranks; the next call overwrites it
   */
  int[] align(int[] row) {
    for (int from = 0; from < ranks; from += MOST_MATCHED) {
      matchBlock(row, from, Math.min(ranks, from + MOST_MATCHED));
    }
    for (int rank = 0; rank < ranks; rank++) {
      System.arraycopy(row, rank * slots, aligned, rankOf[rank] * slots, slots);
    }
    return aligned;
  }

  private void matchBlock(int[] row, int from, int to) {
    int size = to - from;
    Arrays.fill(overlaps, 0, size * size, 0);
    for (int rank = from; rank < to; rank++) {
      int cells = (rank - from) * size - from;
      for (int slot = rank * slots; slot < rank * slots + distinct; slot++) {
        int expert = row[slot];
        int last = -1;
        for (int held = holders.first(expert);
            held != HolderLists.NONE;
            held = holders.next(held)) {
          int holder = held / slots;
          if (holder != last && holder >= from && holder < to) {
            overlaps[cells + holder]++;
          }
          last = holder;
        }
      }
    }
    matching.match(overlaps, size, columnOf);
    for (int index = 0; index < size; index++) {
      rankOf[from + index] = from + columnOf[index];
    }
  }
}
