package io.eplb.policies.kernel;

/**
 * Sorts indices by their values, largest first, in place. It is fast where the order has changed
 * little since the last sort.
 *
 * <p>Among equal values the lower index comes first. {@link HeaviestFirst} is faster for hundreds
 * of values that need no more than single precision.
 */
public final class FallingOrder {
  private static final int GROWTH_OF_GAPS = 3;

  private FallingOrder() {}

  /**
   * Sorts {@code indices[from, to)}: Shell's sort (1959) with Knuth's gaps 1, 4, 13, … up to a
   * ninth of the indices.
   *
   * @param indices indices into {@code values}
   * @param values finite
   */
  public static void sort(int[] indices, int from, int to, double[] values) {
    int gap = 1;
    while (gap < (to - from) / (GROWTH_OF_GAPS * GROWTH_OF_GAPS)) {
      gap = GROWTH_OF_GAPS * gap + 1;
    }
    for (; gap > 0; gap /= GROWTH_OF_GAPS) {
      for (int i = from + gap; i < to; i++) {
        int index = indices[i];
        double value = values[index];
        int at = i;
        while (at - gap >= from && follows(indices[at - gap], index, value, values)) {
          indices[at] = indices[at - gap];
          at -= gap;
        }
        indices[at] = index;
      }
    }
  }

  /** Returns whether {@code first} comes after {@code second}, whose value is given. */
  private static boolean follows(int first, int second, double valueOfSecond, double[] values) {
    return values[first] < valueOfSecond || (values[first] == valueOfSecond && first > second);
  }
}
