package io.eplb.policies.incremental.step;

/** The few items of the greatest values, greatest first; among equals the first one added. */
final class Shortlist {
  private final int[] items;
  private final double[] values;
  private int size;

  Shortlist(int capacity) {
    this.items = new int[capacity];
    this.values = new double[capacity];
  }

  void clear() {
    size = 0;
  }

  int size() {
    return size;
  }

  int capacity() {
    return items.length;
  }

  /** Returns whether the next item is accepted at any value. */
  boolean hasRoom() {
    return size < items.length;
  }

  int item(int index) {
    return items[index];
  }

  double value(int index) {
    return values[index];
  }

  void add(int item, double value) {
    int at = size;
    if (size < items.length) {
      size++;
    } else if (value > values[size - 1]) {
      at = size - 1;
    } else {
      return;
    }
    while (at > 0 && values[at - 1] < value) {
      values[at] = values[at - 1];
      items[at] = items[at - 1];
      at--;
    }
    values[at] = value;
    items[at] = item;
  }
}
