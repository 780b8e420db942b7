package io.eplb.policies.incremental.step;

import io.eplb.policies.incremental.layer.Assignment;

/** The set of the experts of one rank; filling and lookup take constant time per expert. */
final class ExpertSet {
  private final int[] lastSeenIn;
  private int fills;

  ExpertSet(int experts) {
    this.lastSeenIn = new int[experts];
  }

  /** Fills the set with the experts of a rank. */
  void fill(Assignment assignment, int rank) {
    fills++;
    for (int slot = assignment.from(rank); slot < assignment.to(rank); slot++) {
      lastSeenIn[assignment.expert(slot)] = fills;
    }
  }

  boolean has(int expert) {
    return lastSeenIn[expert] == fills;
  }
}
