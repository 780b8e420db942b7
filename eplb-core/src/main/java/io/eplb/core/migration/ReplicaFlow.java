package io.eplb.core.migration;

import java.util.Arrays;

/**
 * Which ranks lose a replica of which expert from one row to another, and which gain one: a
 * multigraph on the ranks. An edge goes from a rank that loses to one that gains. Where an expert
 * both is lost and gained, the same edge carries it; the rest of the losses and gains, of experts
 * that get fewer or more replicas, are matched in their order. A rank loses as often as it gains.
 */
final class ReplicaFlow {
  private final int[] from;
  private final int[] to;
  private final int[] lost;
  private final int[] gained;
  private final int degree;

  private ReplicaFlow(int[] from, int[] to, int[] lost, int[] gained, int degree) {
    this.from = from;
    this.to = to;
    this.lost = lost;
    this.gained = gained;
    this.degree = degree;
  }

  static ReplicaFlow of(int[] current, int[] next, int slotsPerRank, int experts) {
    long[] losses = new long[current.length];
    long[] gains = new long[current.length];
    int edges = 0;
    int degree = 0;
    int[] surplus = new int[experts];
    for (int base = 0; base < current.length; base += slotsPerRank) {
      for (int slot = base; slot < base + slotsPerRank; slot++) {
        surplus[current[slot]]++;
        surplus[next[slot]]--;
      }
      int before = edges;
      int gain = edges;
      for (int slot = base; slot < base + slotsPerRank; slot++) {
        if (surplus[current[slot]] > 0) {
          surplus[current[slot]]--;
          losses[edges++] = ((long) current[slot] << Integer.SIZE) | (base / slotsPerRank);
        }
        if (surplus[next[slot]] < 0) {
          surplus[next[slot]]++;
          gains[gain++] = ((long) next[slot] << Integer.SIZE) | (base / slotsPerRank);
        }
      }
      degree = Math.max(degree, edges - before);
    }
    Arrays.sort(losses, 0, edges);
    Arrays.sort(gains, 0, edges);
    return match(losses, gains, edges, degree);
  }

  /** Brings together the losses and gains of each expert, then what is left of both. */
  private static ReplicaFlow match(long[] losses, long[] gains, int edges, int degree) {
    int[] from = new int[edges];
    int[] to = new int[edges];
    int[] lost = new int[edges];
    int[] gained = new int[edges];
    int matched = 0;
    int lossesLeft = 0;
    int gainsLeft = 0;
    int loss = 0;
    int gain = 0;
    while (loss < edges || gain < edges) {
      long order =
          loss == edges ? 1 : gain == edges ? -1 : expert(losses[loss]) - expert(gains[gain]);
      if (order < 0) {
        losses[lossesLeft++] = losses[loss++];
      } else if (order > 0) {
        gains[gainsLeft++] = gains[gain++];
      } else {
        from[matched] = (int) losses[loss];
        to[matched] = (int) gains[gain];
        lost[matched] = expert(losses[loss++]);
        gained[matched++] = expert(gains[gain++]);
      }
    }
    for (int left = 0; left < lossesLeft; left++) {
      from[matched + left] = (int) losses[left];
      to[matched + left] = (int) gains[left];
      lost[matched + left] = expert(losses[left]);
      gained[matched + left] = expert(gains[left]);
    }
    return new ReplicaFlow(from, to, lost, gained, degree);
  }

  private static int expert(long key) {
    return (int) (key >> Integer.SIZE);
  }

  /** Returns the number of edges. */
  int edges() {
    return from.length;
  }

  /** Returns the most replicas that one rank gains, which is the most that one loses. */
  int degree() {
    return degree;
  }

  int from(int edge) {
    return from[edge];
  }

  int to(int edge) {
    return to[edge];
  }

  /** Returns the expert that {@link #from} loses. */
  int lost(int edge) {
    return lost[edge];
  }

  /** Returns the expert that {@link #to} gains. */
  int gained(int edge) {
    return gained[edge];
  }

  /**
   * Splits the edges into {@link #degree} classes, in each of which a rank loses once and gains
   * once, or neither. Edges from a rank to itself, which stand for doing neither, fill all ranks up
   * to the same degree; then every class is a perfect matching.
   *
   * @return the class of each edge
   */
  int[] matchings(int ranks) {
    int[] left = Arrays.copyOf(from, ranks * degree);
    int[] right = Arrays.copyOf(to, ranks * degree);
    int[] missing = new int[ranks];
    Arrays.fill(missing, degree);
    for (int rank : from) {
      missing[rank]--;
    }
    int edge = from.length;
    for (int rank = 0; rank < ranks; rank++) {
      for (int loop = 0; loop < missing[rank]; loop++) {
        left[edge] = rank;
        right[edge++] = rank;
      }
    }
    return EdgeColouring.of(ranks, degree, left, right);
  }
}
