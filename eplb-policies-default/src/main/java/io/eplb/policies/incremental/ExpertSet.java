package io.eplb.policies.incremental;

/** A set of experts that is forgotten at once and asked in constant time. */
final class ExpertSet {
  private final int[] lastSeenIn;
  private int fills;

  ExpertSet(int experts) {
    this.lastSeenIn = new int[experts];
  }

  /** Becomes the set of the experts in {@code row[from, to)}. */
  void fill(int[] row, int from, int to) {
    fills++;
    for (int slot = from; slot < to; slot++) {
      lastSeenIn[row[slot]] = fills;
    }
  }

  boolean has(int expert) {
    return lastSeenIn[expert] == fills;
  }
}
