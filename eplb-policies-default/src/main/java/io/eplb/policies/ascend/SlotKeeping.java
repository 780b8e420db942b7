package io.eplb.policies.ascend;

/** Orders a rank's new experts so that those that stay keep their slot. */
final class SlotKeeping {
  private SlotKeeping() {}

  /**
   * Writes one rank's new experts: an expert that stays keeps its slot, the others fill the free
   * slots in their order.
   *
   * @param current the row in force, read at {@code [from, to)}
   * @param planned the new row in any order within the rank, read at {@code [from, to)}
   * @param aligned receives the new row at {@code [from, to)}
   * @param pending scratch per expert, all 0 on entry and on return
   */
  static void align(int[] current, int[] planned, int[] aligned, int from, int to, int[] pending) {
    for (int slot = from; slot < to; slot++) {
      pending[planned[slot]]++;
    }
    for (int slot = from; slot < to; slot++) {
      int expert = current[slot];
      if (pending[expert] > 0) {
        pending[expert]--;
        aligned[slot] = expert;
      } else {
        aligned[slot] = -1;
      }
    }
    int free = from;
    for (int slot = from; slot < to; slot++) {
      int expert = planned[slot];
      if (pending[expert] > 0) {
        pending[expert]--;
        while (aligned[free] >= 0) {
          free++;
        }
        aligned[free] = expert;
      }
    }
  }
}
