package io.eplb.policies.flashlb;

import io.eplb.policies.kernel.HolderLists;
import io.eplb.policies.kernel.RankCapacity;
import java.util.Arrays;

/**
 * Renumbers the ranks of a new row so that as many experts as possible stay on their rank. Only
 * ranks that are alike exchange their experts: those with equally many usable slots and equal
 * speeds. Example: if {@code 0 1 | 2 3} is in force, the new row {@code 2 3 | 1 0} becomes {@code 1
 * 0 | 2 3}. Scratch of one worker.
 */
final class RankAlignment {
  /**
   * The most ranks in one matching, which takes their square in memory and up to their cube in
   * time.
   */
  private static final int MOST_MATCHED = 256;

  private final RankCapacity capacity;
  private final HolderLists holders;

  /** The first rank that is like each rank. */
  private final int[] kind;

  /** The ranks of the matching in progress, and the place of each there. */
  private final int[] matched;

  private final int[] place;
  private final int[] overlaps;
  private final int[] columnOf;
  private final int[] rankOf;
  private final int[] aligned;
  private final RankMatching matching;

  /**
   * Creates the scratch.
   *
   * @param capacity counts the slots of each rank that hold different experts
   */
  RankAlignment(RankCapacity capacity, HolderLists holders) {
    this.capacity = capacity;
    this.holders = holders;
    kind = new int[capacity.ranks];
    for (int rank = 0; rank < capacity.ranks; rank++) {
      while (!alike(kind[rank], rank)) {
        kind[rank]++;
      }
    }
    int most = Math.min(capacity.ranks, MOST_MATCHED);
    matched = new int[most];
    place = new int[capacity.ranks];
    overlaps = new int[most * most];
    columnOf = new int[most];
    rankOf = new int[capacity.ranks];
    aligned = new int[capacity.ranks * capacity.slots];
    matching = new RankMatching(most);
  }

  private boolean alike(int rank, int other) {
    return capacity.usable[rank] == capacity.usable[other]
        && capacity.speeds[rank] == capacity.speeds[other];
  }

  /**
   * Renumbers the ranks of a row.
   *
   * @param row ranks × slots experts, as many different ones on each rank as possible and first in
   *     its slots; left as it is
   * @return the same experts on renumbered ranks; the next call overwrites it
   */
  int[] align(int[] row) {
    int slots = capacity.slots;
    for (int first = 0; first < kind.length; first++) {
      if (kind[first] == first) {
        matchKind(row, first);
      }
    }
    for (int rank = 0; rank < kind.length; rank++) {
      System.arraycopy(row, rank * slots, aligned, rankOf[rank] * slots, slots);
    }
    return aligned;
  }

  private void matchKind(int[] row, int first) {
    int size = 0;
    for (int rank = first; rank < kind.length; rank++) {
      if (kind[rank] == first) {
        matched[size++] = rank;
        if (size == matched.length) {
          match(row, size);
          size = 0;
        }
      }
    }
    match(row, size);
  }

  private void match(int[] row, int size) {
    int slots = capacity.slots;
    Arrays.fill(overlaps, 0, size * size, 0);
    Arrays.fill(place, -1);
    for (int index = 0; index < size; index++) {
      place[matched[index]] = index;
    }
    for (int index = 0; index < size; index++) {
      int cells = index * size;
      int from = matched[index] * slots;
      for (int slot = from; slot < capacity.end(matched[index]); slot++) {
        int expert = row[slot];
        int last = -1;
        for (int held = holders.first(expert);
            held != HolderLists.NONE;
            held = holders.next(held)) {
          int holder = held / slots;
          if (holder != last && place[holder] >= 0) {
            overlaps[cells + place[holder]]++;
          }
          last = holder;
        }
      }
    }
    matching.match(overlaps, size, columnOf);
    for (int index = 0; index < size; index++) {
      rankOf[matched[index]] = matched[columnOf[index]];
    }
  }
}
