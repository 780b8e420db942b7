package io.eplb.policies.ascend;

import java.util.Arrays;

/**
 * What the classic procedure of {@code swift} has sent so far in a layer: over which links, each an
 * ordered pair of ranks, and which experts. Mutable scratch.
 */
final class UsedLinks {
  private final int slots;

  /** Ranks × slots: what each rank was given, and from where; what is given stays in its slot. */
  private final int[] experts;

  private final int[] senders;
  private final int[] given;

  UsedLinks(int ranks, int slots) {
    this.slots = slots;
    this.experts = new int[ranks * slots];
    this.senders = new int[ranks * slots];
    this.given = new int[ranks];
  }

  /** Forgets everything. */
  void clear() {
    Arrays.fill(given, 0);
  }

  /** Returns whether one rank has sent another an expert. */
  boolean used(int from, int to) {
    return contains(senders, to, from);
  }

  /** Returns whether a rank was given an expert. */
  boolean received(int rank, int expert) {
    return contains(experts, rank, expert);
  }

  private boolean contains(int[] column, int rank, int value) {
    for (int index = rank * slots; index < rank * slots + given[rank]; index++) {
      if (column[index] == value) {
        return true;
      }
    }
    return false;
  }

  /** Notes that a rank was given an expert; by itself if it had it all along. */
  void send(int from, int to, int expert) {
    int index = to * slots + given[to]++;
    experts[index] = expert;
    senders[index] = from;
  }
}
