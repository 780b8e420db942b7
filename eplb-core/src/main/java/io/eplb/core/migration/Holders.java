package io.eplb.core.migration;

import java.util.Arrays;

/**
 * The slots of one layer that hold each expert: those that keep it first, then by number.
 * Immutable.
 */
final class Holders {
  /** The slots of expert e are {@code slots[first[e]…first[e+1]−1]}. */
  private final int[] first;

  private final int[] slots;

  private Holders(int[] first, int[] slots) {
    this.first = first;
    this.slots = slots;
  }

  static Holders of(int[] current, int[] next, int experts) {
    int[] first = new int[experts + 1];
    for (int expert : current) {
      first[expert + 1]++;
    }
    for (int expert = 0; expert < experts; expert++) {
      first[expert + 1] += first[expert];
    }
    int[] fill = Arrays.copyOf(first, experts);
    int[] slots = new int[current.length];
    for (int pass = 0; pass < 2; pass++) {
      for (int slot = 0; slot < current.length; slot++) {
        if ((current[slot] == next[slot]) == (pass == 0)) {
          slots[fill[current[slot]]++] = slot;
        }
      }
    }
    return new Holders(first, slots);
  }

  int count(int expert) {
    return first[expert + 1] - first[expert];
  }

  /** Returns the slot of the rank that sends the least so far, on a node if any there holds it. */
  int best(int expert, int node, int slotsPerRank, int ranksPerNode, int[] sends) {
    int best = -1;
    boolean bestIsNear = false;
    for (int at = first[expert]; at < first[expert + 1]; at++) {
      int rank = slots[at] / slotsPerRank;
      boolean near = rank / ranksPerNode == node;
      if (best < 0
          || (near && !bestIsNear)
          || (near == bestIsNear && sends[rank] < sends[best / slotsPerRank])) {
        best = slots[at];
        bestIsNear = near;
      }
    }
    return best;
  }
}
