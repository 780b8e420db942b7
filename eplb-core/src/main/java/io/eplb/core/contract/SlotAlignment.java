package io.eplb.core.contract;

import io.eplb.api.Placement;
import java.util.Arrays;

/**
 * Puts experts that stay on their rank back into their slots, so that no weight moves inside a
 * rank. Kernel: trusts its arguments.
 *
 * <p>Per rank, with both rows read as multisets: a proposed replica whose slot holds the same
 * expert already stays; the other replicas of experts that the rank holds go, in the order of the
 * proposal, to the lowest remaining slots that hold that expert. The rest are newcomers: they keep
 * the proposal's slot where it is free, and otherwise take the lowest free slots in the proposal's
 * order. So an aligned row comes out unchanged. The origin of each aligned slot is the proposal's
 * slot of its replica, by which everything else that the proposal says about a slot moves along.
 * Slots that a rank cannot use stay EMPTY.
 *
 * <p>For example, a rank holds {@code 4 7 9} and the proposal is {@code 7 2 4}. The experts 7 and 4
 * go back to their slots 1 and 0. The newcomer 2 cannot keep slot 1 and takes the free slot 2: the
 * aligned row is {@code 4 7 2}, and its slots come from the slots 2, 0 and 1 of the proposal.
 */
final class SlotAlignment {
  /** No slot, no expert; an EMPTY slot too. */
  static final int NONE = Placement.EMPTY;

  private SlotAlignment() {}

  /**
   * Aligns one layer.
   *
   * @param memory holds the row in force and the accepted row, all ids in range, EMPTY where a rank
   *     cannot use its slot; receives the aligned row and its origins
   */
  static void alignLayer(LayerScratch memory) {
    Arrays.fill(memory.aligned, NONE);
    Arrays.fill(memory.placed, false);
    int slots = memory.ranks.slotsPerRank();
    for (int rank = 0; rank < memory.ranks.ranks(); rank++) {
      int from = rank * slots;
      int to = from + memory.ranks.usableSlots(rank);
      indexCurrent(memory, from, to);
      placeStaying(memory, from, to);
      placeNewcomers(memory, from, to);
      for (int unusable = to; unusable < from + slots; unusable++) {
        memory.origin[unusable] = unusable;
      }
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
    memory.origin[target] = slot;
  }
}
