package io.eplb.policies.ascend;

import java.util.Arrays;

/**
 * What the classic procedure of {@code swift} has sent so far in a layer: which links, each an
 * ordered pair of ranks, and which experts each rank received. Mutable scratch.
 */
final class UsedLinks {
  private final int ranks;
  private final int experts;
  private final boolean[] used;
  private final boolean[] received;

  UsedLinks(int ranks, int experts) {
    this.ranks = ranks;
    this.experts = experts;
    this.used = new boolean[ranks * ranks];
    this.received = new boolean[ranks * experts];
  }

  /** Forgets everything. */
  void clear() {
    Arrays.fill(used, false);
    Arrays.fill(received, false);
  }

  /** Returns whether one rank has sent another an expert. */
  boolean used(int from, int to) {
    return used[from * ranks + to];
  }

  /** Returns whether a rank was given an expert. */
  boolean received(int rank, int expert) {
    return received[rank * experts + expert];
  }

  /** Notes that a rank was given an expert; by itself if it had it all along. */
  void send(int from, int to, int expert) {
    used[from * ranks + to] = true;
    received[to * experts + expert] = true;
  }
}
