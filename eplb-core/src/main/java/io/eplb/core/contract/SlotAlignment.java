package io.eplb.core.contract;

import java.util.Arrays;

/**
 * Puts experts that stay on their rank back into their slots, so that no weight moves inside a
 * rank.
 *
 * <p>Per rank, with both rows read as multisets: a proposed replica whose slot holds the same
 * expert already stays; the other replicas of experts that the rank holds go, in the order of the
 * proposal, to the lowest remaining slots that hold that expert. What is left are newcomers: they
 * keep the proposal's slot where it is free, and otherwise take the lowest free slots in the
 * proposal's order. So an aligned row comes out unchanged.
 *
 * <p>Each slot's replica-order key moves with its replica.
 */
final class SlotAlignment {
  private static final int NONE = -1;

  private SlotAlignment() {}

  /** The memory for rows of one shape, owned by one thread. */
  static final class Scratch {
    /** Per expert, the lowest unused slot of the current rank that holds it, if stamped. */
    private final int[] firstSlot;

    private final int[] stamps;

    /** Per slot of a rank, the next unused one with the same expert. */
    private final int[] nextSlot;

    /** Per slot of a rank, where the proposal's replica goes. */
    private final int[] target;

    private int stamp;

    Scratch(int experts, int slotsPerRank) {
      firstSlot = new int[experts];
      stamps = new int[experts];
      nextSlot = new int[slotsPerRank];
      target = new int[slotsPerRank];
    }

    private int newStamp() {
      if (stamp == Integer.MAX_VALUE) {
        Arrays.fill(stamps, 0);
        stamp = 0;
      }
      return ++stamp;
    }
  }

  /**
   * Aligns one layer.
   *
   * @param current the row in force, ranks × slots, every id in range
   * @param proposed the accepted row, likewise
   * @param proposedOrder one replica-order key per slot of the proposal
   * @param aligned receives the row
   * @param alignedOrder receives the keys
   */
  static void alignLayer(
      int[] current,
      int[] proposed,
      int[] proposedOrder,
      int slotsPerRank,
      int[] aligned,
      int[] alignedOrder,
      Scratch scratch) {
    for (int from = 0; from < proposed.length; from += slotsPerRank) {
      indexCurrent(current, proposed, from, slotsPerRank, scratch);
      placeStaying(current, proposed, from, slotsPerRank, aligned, scratch);
      placeNewcomers(proposed, from, slotsPerRank, aligned, scratch);
      for (int slot = 0; slot < slotsPerRank; slot++) {
        alignedOrder[from + scratch.target[slot]] = proposedOrder[from + slot];
      }
    }
  }

  /** Lists the rank's current slots by expert, ascending, leaving out those that match already. */
  private static void indexCurrent(
      int[] current, int[] proposed, int from, int slots, Scratch scratch) {
    int stamp = scratch.newStamp();
    for (int slot = slots - 1; slot >= 0; slot--) {
      int expert = current[from + slot];
      if (expert != proposed[from + slot]) {
        scratch.nextSlot[slot] = scratch.stamps[expert] == stamp ? scratch.firstSlot[expert] : NONE;
        scratch.stamps[expert] = stamp;
        scratch.firstSlot[expert] = slot;
      }
    }
  }

  /** Places what stays; the rank's other slots become free, and newcomers have no target yet. */
  private static void placeStaying(
      int[] current, int[] proposed, int from, int slots, int[] aligned, Scratch scratch) {
    int stamp = scratch.stamp;
    Arrays.fill(aligned, from, from + slots, NONE);
    for (int slot = 0; slot < slots; slot++) {
      int expert = proposed[from + slot];
      int target = NONE;
      if (current[from + slot] == expert) {
        target = slot;
      } else if (scratch.stamps[expert] == stamp && scratch.firstSlot[expert] != NONE) {
        target = scratch.firstSlot[expert];
        scratch.firstSlot[expert] = scratch.nextSlot[target];
      }
      scratch.target[slot] = target;
      if (target != NONE) {
        aligned[from + target] = expert;
      }
    }
  }

  private static void placeNewcomers(
      int[] proposed, int from, int slots, int[] aligned, Scratch scratch) {
    int displaced = 0;
    for (int slot = 0; slot < slots; slot++) {
      if (scratch.target[slot] == NONE) {
        if (aligned[from + slot] == NONE) {
          aligned[from + slot] = proposed[from + slot];
          scratch.target[slot] = slot;
        } else {
          displaced++;
        }
      }
    }
    int free = 0;
    for (int slot = 0; displaced > 0; slot++) {
      if (scratch.target[slot] == NONE) {
        while (aligned[from + free] != NONE) {
          free++;
        }
        aligned[from + free] = proposed[from + slot];
        scratch.target[slot] = free;
        displaced--;
      }
    }
  }
}
