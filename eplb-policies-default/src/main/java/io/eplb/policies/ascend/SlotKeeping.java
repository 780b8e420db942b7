package io.eplb.policies.ascend;

import io.eplb.api.Placement;
import java.util.Arrays;

/** Orders a row's new experts so that those that stay on their rank keep their slot. */
final class SlotKeeping {
  private SlotKeeping() {}

  /**
   * Writes a new row: an expert that stays on its rank keeps its slot, the others fill the free
   * slots in their order. Slots that a rank cannot use, its last ones, stay EMPTY.
   *
   * @param current the row in force
   * @param planned the new row, in any order within each rank
   * @param aligned receives the new row
   * @param slots slots of one rank
   * @param pending scratch per expert
   */
  static void align(int[] current, int[] planned, int[] aligned, int slots, int[] pending) {
    Arrays.fill(pending, 0);
    for (int from = 0; from < planned.length; from += slots) {
      alignRank(current, planned, aligned, from, from + slots, pending);
    }
  }

  private static void alignRank(
      int[] current, int[] planned, int[] aligned, int from, int to, int[] pending) {
    for (int slot = from; slot < to; slot++) {
      if (planned[slot] != Placement.EMPTY) {
        pending[planned[slot]]++;
      }
    }
    for (int slot = from; slot < to; slot++) {
      int expert = current[slot];
      if (expert != Placement.EMPTY && pending[expert] > 0) {
        pending[expert]--;
        aligned[slot] = expert;
      } else {
        aligned[slot] = Placement.EMPTY;
      }
    }
    int free = from;
    for (int slot = from; slot < to; slot++) {
      int expert = planned[slot];
      if (expert != Placement.EMPTY && pending[expert] > 0) {
        pending[expert]--;
        while (aligned[free] != Placement.EMPTY) {
          free++;
        }
        aligned[free] = expert;
      }
    }
  }
}
