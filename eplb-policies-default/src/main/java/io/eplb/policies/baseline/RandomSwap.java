package io.eplb.policies.baseline;

import io.eplb.api.Placement;
import io.eplb.policies.kernel.LayerRow;
import io.eplb.policies.kernel.RankCapacity;

/** Swaps two experts of one row at random, in one worker's scratch memory. */
final class RandomSwap {
  /** The number of pairs drawn at random before all pairs are tried in order. */
  private static final int DRAWS = 64;

  private final RankCapacity capacity;
  private final int slots;

  /** True if some rank lacks an expert that another one could give. */
  private final boolean swappable;

  private final int[] row;
  private final int[] replicas;

  /** The generator's state: SplitMix64 (Steele, Lea, Flood 2014), one stream per seed and layer. */
  private long state;

  RandomSwap(RankCapacity capacity, int experts) {
    this.capacity = capacity;
    slots = capacity.slots;
    // A living rank with a slot for every expert holds them all, or duplicates.
    swappable = capacity.living > 1 && !capacity.usableAtLeast(experts);
    row = capacity.emptyRow();
    replicas = new int[experts];
  }

  /** Returns the row to swap in, which the caller fills. */
  int[] row() {
    return row;
  }

  /** Swaps two experts; returns false, and leaves the row alone, if no swap is legal. */
  boolean apply(long seed, int layer) {
    if (!swappable || hasDuplicate()) {
      return false;
    }
    LayerRow.countReplicas(row, replicas);
    state = mix(seed) + mix(layer);
    return swapWith(2) || swapWith(1);
  }

  private boolean hasDuplicate() {
    for (int rank = 0; rank < capacity.ranks; rank++) {
      if (LayerRow.hasDuplicate(
          row, rank * slots, capacity.end(rank), capacity.usable[rank], replicas)) {
        return true;
      }
    }
    return false;
  }

  /** Swaps two experts with at least {@code least} replicas each, if there is a legal pair. */
  private boolean swapWith(int least) {
    for (int draw = 0; draw < DRAWS; draw++) {
      if (trySwap(below(row.length), below(row.length), least)) {
        return true;
      }
    }
    int start = below(row.length);
    for (int step = 0; step < row.length; step++) {
      int slot = (start + step) % row.length;
      if (row[slot] == Placement.EMPTY || replicas[row[slot]] < least) {
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
    if (expert == Placement.EMPTY
        || otherExpert == Placement.EMPTY
        || slot / slots == other / slots
        || replicas[expert] < least
        || replicas[otherExpert] < least
        || rankHolds(slot / slots, otherExpert)
        || rankHolds(other / slots, expert)) {
      return false;
    }
    row[slot] = otherExpert;
    row[other] = expert;
    return true;
  }

  private boolean rankHolds(int rank, int expert) {
    return LayerRow.holds(row, rank * slots, (rank + 1) * slots, expert);
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
