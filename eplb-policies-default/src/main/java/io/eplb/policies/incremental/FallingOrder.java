package io.eplb.policies.incremental;

/** Sorts items by falling value, of equal ones the lower first, without further memory. */
final class FallingOrder {
  private static final int GROWTH_OF_GAPS = 3;

  private FallingOrder() {}

  /**
   * Sorts the items in {@code [from, to)} by the values that they index: Shell's sort (1959) with
   * the gaps 1, 4, 13, … of Knuth up to a ninth of the items, fast where little has changed since
   * the last time.
   */
  static void sort(int[] items, int from, int to, double[] value) {
    int gap = 1;
    while (gap < (to - from) / (GROWTH_OF_GAPS * GROWTH_OF_GAPS)) {
      gap = GROWTH_OF_GAPS * gap + 1;
    }
    for (; gap > 0; gap /= GROWTH_OF_GAPS) {
      for (int i = from + gap; i < to; i++) {
        int item = items[i];
        double own = value[item];
        int at = i;
        while (at - gap >= from && follows(items[at - gap], item, own, value)) {
          items[at] = items[at - gap];
          at -= gap;
        }
        items[at] = item;
      }
    }
  }

  /** Whether a first item comes after a second one of a value. */
  private static boolean follows(int first, int second, double ofSecond, double[] value) {
    return value[first] < ofSecond || (value[first] == ofSecond && first > second);
  }
}
