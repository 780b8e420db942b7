package io.eplb.policies.kernel;

import java.util.Arrays;

/**
 * Sorts {@linkplain WeightKey weight keys}: heaviest first, the lower index first among equals.
 *
 * <p>Many keys are sorted by their weights' bytes, least significant first (radix sort; Knuth, The
 * Art of Computer Programming, volume 3, section 5.2.5), which is linear and has no branch to
 * mispredict. A byte that all keys share is skipped, for example the low byte of token counts below
 * 65,536. Few keys are sorted by insertion.
 */
public final class HeaviestFirst {
  /** The length of the histogram scratch. */
  public static final int HISTOGRAM = 4 * 256;

  private static final int FEW = 24;

  private HeaviestFirst() {}

  /**
   * Sorts the first {@code size} keys.
   *
   * @param keys the keys; their indices ascend
   * @param spare scratch, as long as {@code keys}
   * @param histogram scratch of {@link #HISTOGRAM}
   */
  public static void sort(long[] keys, int size, long[] spare, int[] histogram) {
    if (size <= FEW) {
      insert(keys, size);
    } else {
      distribute(keys, size, spare, histogram);
    }
  }

  private static void insert(long[] keys, int size) {
    for (int next = 1; next < size; next++) {
      long key = keys[next];
      int at = next;
      while (at > 0 && keys[at - 1] > key) {
        keys[at] = keys[at - 1];
        at--;
      }
      keys[at] = key;
    }
  }

  private static void distribute(long[] keys, int size, long[] spare, int[] histogram) {
    Arrays.fill(histogram, 0, HISTOGRAM, 0);
    for (int index = 0; index < size; index++) {
      int weight = (int) (keys[index] >>> 32);
      histogram[weight & 0xff]++;
      histogram[0x100 + (weight >>> 8 & 0xff)]++;
      histogram[0x200 + (weight >>> 16 & 0xff)]++;
      histogram[0x300 + (weight >>> 24)]++;
    }
    long[] from = keys;
    long[] to = spare;
    for (int digit = 0; digit < 4; digit++) {
      int shift = 32 + 8 * digit;
      int base = 0x100 * digit;
      if (histogram[base + (int) (from[0] >>> shift & 0xff)] == size) {
        continue;
      }
      int before = 0;
      for (int value = base; value < base + 0x100; value++) {
        int count = histogram[value];
        histogram[value] = before;
        before += count;
      }
      for (int index = 0; index < size; index++) {
        long key = from[index];
        to[histogram[base + (int) (key >>> shift & 0xff)]++] = key;
      }
      long[] sorted = to;
      to = from;
      from = sorted;
    }
    if (from != keys) {
      System.arraycopy(from, 0, keys, 0, size);
    }
  }
}
