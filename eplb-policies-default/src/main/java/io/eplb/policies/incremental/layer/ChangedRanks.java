package io.eplb.policies.incremental.layer;

import java.util.Arrays;

/** The ranks of a layer that have changed since the last call of {@link #take}. */
final class ChangedRanks {
  private final int[] ranks;
  private final boolean[] isChanged;
  private int size;

  ChangedRanks(int ranks) {
    this.ranks = new int[ranks];
    this.isChanged = new boolean[ranks];
  }

  void add(int rank) {
    if (!isChanged[rank]) {
      isChanged[rank] = true;
      ranks[size++] = rank;
    }
  }

  /** Copies the ranks, clears the list, and returns their number. */
  int take(int[] to) {
    int taken = size;
    System.arraycopy(ranks, 0, to, 0, taken);
    Arrays.fill(isChanged, false);
    size = 0;
    return taken;
  }
}
