package io.eplb.policies.incremental.ring;

/**
 * The few steps that promise most, each a slot and a second number. Equally promising steps keep
 * the order in which they were offered.
 */
final class Trials {
  private static final int MOST = 10;

  private final int[] slot = new int[MOST];
  private final int[] other = new int[MOST];
  private final double[] promise = new double[MOST];
  private int size;

  void clear() {
    size = 0;
  }

  int size() {
    return size;
  }

  int slot(int i) {
    return slot[i];
  }

  int other(int i) {
    return other[i];
  }

  /** Adds a step if it promises more than 0 and more than one of a full list. */
  void offer(int newSlot, int newOther, double newPromise) {
    if (!(newPromise > 0.0) || (size == MOST && promise[MOST - 1] >= newPromise)) {
      return;
    }
    int at = size < MOST ? size++ : MOST - 1;
    while (at > 0 && promise[at - 1] < newPromise) {
      promise[at] = promise[at - 1];
      slot[at] = slot[at - 1];
      other[at] = other[at - 1];
      at--;
    }
    promise[at] = newPromise;
    slot[at] = newSlot;
    other[at] = newOther;
  }
}
