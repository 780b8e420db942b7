package io.eplb.policies.baseline;

import java.util.Arrays;

/** Swaps two experts of one row at random: one worker's scratch memory. */
final class RandomSwap {
  /** How many pairs are drawn blindly before all are gone through in order. */
  private static final int DRAWS = 64;

  private final int ranks;
  private final int slots;
  private final int[] row;
  private final int[] replicas;
  private final int[] lastRank;

  /** The generator's state: SplitMix64 (Steele, Lea, Flood 2014), one stream per seed and layer. */
  private long state;

  RandomSwap(int ranks, int slots, int experts) {
    this.ranks = ranks;
    this.slots = slots;
    this.row = new int[ranks * slots];
    this.replicas = new int[experts];
    this.lastRank = new int[experts];
  }

  /** Returns the row to swap in, which the caller fills. */
  int[] row() {
    return row;
  }

  /** Swaps two experts; returns false, and leaves the row alone, if no swap is legal. */
  boolean apply(long seed, int layer) {
    // A rank with a slot for every expert holds them all, or duplicates: nothing may be swapped.
    if (ranks == 1 || slots >= replicas.length || hasDuplicateOnRank()) {
      return false;
    }
    Arrays.fill(replicas, 0);
    for (int expert : row) {
      replicas[expert]++;
    }
    state = mix(seed) + mix(layer);
    return swapWith(2) || swapWith(1);
  }

  /** Swaps two experts that have at least so many replicas each, if a legal pair is found. */
  private boolean swapWith(int least) {
    for (int draw = 0; draw < DRAWS; draw++) {
      if (trySwap(below(row.length), below(row.length), least)) {
        return true;
      }
    }
    int start = below(row.length);
    for (int step = 0; step < row.length; step++) {
      int slot = (start + step) % row.length;
      if (replicas[row[slot]] < least) {
        continue;
      }
      for (int other = 0; other < row.length; other++) {
        if (trySwap(slot, other, least)) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean trySwap(int slot, int other, int least) {
    int expert = row[slot];
    int otherExpert = row[other];
    if (slot / slots == other / slots
        || replicas[expert] < least
        || replicas[otherExpert] < least
        || holds(slot / slots, otherExpert)
        || holds(other / slots, expert)) {
      return false;
    }
    row[slot] = otherExpert;
    row[other] = expert;
    return true;
  }

  private boolean holds(int rank, int expert) {
    for (int slot = rank * slots; slot < (rank + 1) * slots; slot++) {
      if (row[slot] == expert) {
        return true;
      }
    }
    return false;
  }

  private boolean hasDuplicateOnRank() {
    Arrays.fill(lastRank, -1);
    for (int slot = 0; slot < row.length; slot++) {
      if (lastRank[row[slot]] == slot / slots) {
        return true;
      }
      lastRank[row[slot]] = slot / slots;
    }
    return false;
  }

  private int below(int bound) {
    state += 0x9E3779B97F4A7C15L;
    return (int) Long.remainderUnsigned(mix(state), bound);
  }

  private static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
