package io.eplb.policies.flashlb;

import java.util.Arrays;

/** Which ranks hold each expert in the row in force. Scratch of one worker. */
final class Holders {
  private final int slots;
  private final int[] first;
  private final int[] ranks;
  private final int[] last;

  Holders(int experts, int physicalExperts, int slots) {
    this.slots = slots;
    first = new int[experts + 1];
    ranks = new int[physicalExperts];
    last = new int[experts];
  }

  /** Lists the holders of every expert in {@code row}, each rank once and in ascending order. */
  void load(int[] row) {
    int experts = last.length;
    Arrays.fill(first, 0);
    Arrays.fill(last, -1);
    for (int slot = 0; slot < row.length; slot++) {
      int expert = row[slot];
      if (last[expert] != slot / slots) {
        last[expert] = slot / slots;
        first[expert + 1]++;
      }
    }
    for (int expert = 0; expert < experts; expert++) {
      first[expert + 1] += first[expert];
      last[expert] = -1;
    }
    for (int slot = 0; slot < row.length; slot++) {
      int expert = row[slot];
      if (last[expert] != slot / slots) {
        last[expert] = slot / slots;
        ranks[first[expert]++] = slot / slots;
      }
    }
    // Every start has moved on to the next expert's: shift them back.
    System.arraycopy(first, 0, first, 1, experts);
    first[0] = 0;
  }

  /** Returns where an expert's holders begin. */
  int from(int expert) {
    return first[expert];
  }

  /** Returns where an expert's holders end. */
  int to(int expert) {
    return first[expert + 1];
  }

  /** Returns the holder at a position. */
  int rank(int position) {
    return ranks[position];
  }
}
