package io.eplb.policies.incremental;

import java.util.Arrays;

/**
 * Items that each have a value or none, of which the best are wanted while values change: a tree in
 * which the better of two goes up, of equal ones the lower. A change costs the logarithm of their
 * number.
 */
final class Tournament {
  /** The value of an item that does not take part. */
  static final double NONE = Double.NEGATIVE_INFINITY;

  private final int leaves;
  private final double[] values;
  private final int[] winner;

  Tournament(int items) {
    this.leaves = Math.max(1, Integer.highestOneBit(2 * items - 1));
    this.values = new double[leaves];
    this.winner = new int[2 * leaves];
    Arrays.fill(values, NONE);
    for (int item = 0; item < leaves; item++) {
      winner[leaves + item] = item;
    }
  }

  /** Sets a value that {@link #rebuild} is going to take note of. */
  void put(int item, double value) {
    values[item] = value;
  }

  /** Lets all items meet afresh. */
  void rebuild() {
    for (int node = leaves - 1; node > 0; node--) {
      winner[node] = better(2 * node);
    }
  }

  void set(int item, double value) {
    if (values[item] == value) {
      return;
    }
    values[item] = value;
    for (int node = (leaves + item) >> 1; node > 0; node >>= 1) {
      int before = winner[node];
      int after = better(2 * node);
      if (before == after && after != item) {
        return;
      }
      winner[node] = after;
    }
  }

  /** Fills a list that is empty with the best items that take part. */
  void best(Shortlist list) {
    // Each winner steps back to let the next one win, and returns at the end.
    while (list.hasRoom() && values[winner[1]] > NONE) {
      int item = winner[1];
      list.add(item, values[item]);
      set(item, NONE);
    }
    for (int i = 0; i < list.size(); i++) {
      set(list.item(i), list.value(i));
    }
  }

  private int better(int node) {
    int left = winner[node];
    int right = winner[node + 1];
    return values[right] > values[left] ? right : left;
  }
}
