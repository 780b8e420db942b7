package io.eplb.api;

import java.util.Random;

/** Random rows of physical slots for tests. */
public final class RandomRows {
  private RandomRows() {}

  /** Returns a shuffled row that holds every expert at least once; ranks may hold duplicates. */
  public static int[] withEveryExpert(int experts, int slots, Random random) {
    int[] row = new int[slots];
    for (int slot = 0; slot < slots; slot++) {
      row[slot] = slot < experts ? slot : random.nextInt(experts);
    }
    for (int last = slots - 1; last > 0; last--) {
      int other = random.nextInt(last + 1);
      int swapped = row[last];
      row[last] = row[other];
      row[other] = swapped;
    }
    return row;
  }
}
