package io.eplb.core.contract;

import java.util.Arrays;

/**
 * Puts experts that stay on their rank back into their slots, so that no weight moves inside a
 * rank. Kernel: trusts its arguments.
 *
 * <p>Per rank, with both rows read as multisets: a proposed replica whose slot holds the same
 * expert already stays; the other replicas of experts that the rank holds go, in the order of the
 * proposal, to the lowest remaining slots that hold that expert. The rest are newcomers: they keep
 * the proposal's slot where it is free, and otherwise take the lowest free slots in the proposal's
 * order. So an aligned row comes out unchanged. Each slot's replica-order key moves with its
 * replica.
 *
 * <p>For example, a rank holds {@code 4 7 9} and the proposal is {@code 7 2 4}. The experts 7 and 4
 * go back to their slots 1 and 0. The newcomer 2 cannot keep slot 1 and takes the free slot 2: the
 * aligned row is {@code 4 7 2}.
 */
final class SlotAlignment {
  static final int NONE = -1;

  private SlotAlignment() {}

  /**
   * Aligns one layer.
   *
   * @param memory holds the row in force, the accepted row and its replica-order keys, all ids in
   *     range; receives the aligned row and its keys
   */
  static void alignLayer(LayerScratch memory, int slotsPerRank) {
    Arrays.fill(memory.aligned, NONE);
    Arrays.fill(memory.placed, false);
    for (int from = 0; from < memory.proposed.length; from += slotsPerRank) {
      int to = from + slotsPerRank;
      indexCurrent(memory, from, to);
      placeStaying(memory, from, to);
      placeNewcomers(memory, from, to);
    }
  }

  /** Lists the current slots by expert, ascending, leaving out those that match already. */
  private static void indexCurrent(LayerScratch memory, int from, int to) {
    for (int slot = to - 1; slot >= from; slot--) {
      int expert = memory.current[slot];
      if (expert != memory.proposed[slot]) {
        memory.nextSlot[slot] = memory.firstSlot[expert];
        memory.firstSlot[expert] = slot;
      }
    }
  }

  /** Places the replicas that stay, and clears the index for the next rank. */
  private static void placeStaying(LayerScratch memory, int from, int to) {
    for (int slot = from; slot < to; slot++) {
      int expert = memory.proposed[slot];
      if (memory.current[slot] == expert) {
        place(memory, slot, slot);
      } else if (memory.firstSlot[expert] != NONE) {
        int kept = memory.firstSlot[expert];
        memory.firstSlot[expert] = memory.nextSlot[kept];
        place(memory, slot, kept);
      }
    }
    for (int slot = from; slot < to; slot++) {
      memory.firstSlot[memory.current[slot]] = NONE;
    }
  }

  private static void placeNewcomers(LayerScratch memory, int from, int to) {
    for (int slot = from; slot < to; slot++) {
      if (!memory.placed[slot] && memory.aligned[slot] == NONE) {
        place(memory, slot, slot);
      }
    }
    int free = from;
    for (int slot = from; slot < to; slot++) {
      if (!memory.placed[slot]) {
        while (memory.aligned[free] != NONE) {
          free++;
        }
        place(memory, slot, free);
      }
    }
  }

  private static void place(LayerScratch memory, int slot, int target) {
    memory.placed[slot] = true;
    memory.aligned[target] = memory.proposed[slot];
    memory.alignedOrder[target] = memory.order[slot];
  }
}
