package io.eplb.policies.kernel;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The two steps of DeepSeek's EPLB for one node, written as plainly as possible. */
public final class NaiveReference {
  private NaiveReference() {}

  /** Returns the expert of each slot. */
  public static int[] replicate(float[] loads, int slots) {
    int[] counts = new int[loads.length];
    int[] expertOf = new int[slots];
    for (int slot = 0; slot < slots; slot++) {
      int chosen = slot;
      if (slot >= loads.length) {
        chosen = 0;
        for (int expert = 1; expert < loads.length; expert++) {
          if (loads[expert] / counts[expert] > loads[chosen] / counts[chosen]) {
            chosen = expert;
          }
        }
      }
      expertOf[slot] = chosen;
      counts[chosen]++;
    }
    return expertOf;
  }

  /** Returns the item at each position, pack by pack. */
  public static int[] pack(float[] weights, int packs) {
    int capacity = weights.length / packs;
    int[] itemAt = new int[weights.length];
    List<Integer> order = new ArrayList<>();
    for (int item = 0; item < weights.length; item++) {
      order.add(item);
    }
    if (capacity > 1) {
      order.sort(Comparator.comparing((Integer item) -> weights[item]).reversed());
    }
    float[] sums = new float[packs];
    int[] filled = new int[packs];
    for (int item : order) {
      int lightest = -1;
      for (int pack = 0; pack < packs; pack++) {
        if (filled[pack] < capacity && (lightest < 0 || sums[pack] < sums[lightest])) {
          lightest = pack;
        }
      }
      if (capacity == 1) {
        lightest = item;
      }
      itemAt[lightest * capacity + filled[lightest]++] = item;
      sums[lightest] += weights[item];
    }
    return itemAt;
  }
}
