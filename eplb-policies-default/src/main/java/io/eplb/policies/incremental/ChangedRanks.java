package io.eplb.policies.incremental;

import java.util.Arrays;

/** The ranks of a layer whose experts or burden have changed since somebody looked last. */
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

  int size() {
    return size;
  }

  int rank(int index) {
    return ranks[index];
  }

  void clear() {
    Arrays.fill(isChanged, false);
    size = 0;
  }
}
