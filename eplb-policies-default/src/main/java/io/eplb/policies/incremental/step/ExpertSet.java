package io.eplb.policies.incremental.step;

import io.eplb.policies.incremental.layer.Assignment;

/** The experts of one rank, as a set that is replaced and asked in constant time per expert. */
final class ExpertSet {
  private final int[] lastSeenIn;
  private int fills;

  ExpertSet(int experts) {
    this.lastSeenIn = new int[experts];
  }

  /** Becomes the set of the experts on a rank. */
  void fill(Assignment assignment, int rank) {
    fills++;
    int from = rank * assignment.slotsPerRank();
    for (int slot = from; slot < from + assignment.slotsPerRank(); slot++) {
      lastSeenIn[assignment.expert(slot)] = fills;
    }
  }

  boolean has(int expert) {
    return lastSeenIn[expert] == fills;
  }
}
