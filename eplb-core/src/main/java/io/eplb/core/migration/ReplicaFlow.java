package io.eplb.core.migration;

import io.eplb.api.EpTopology;
import java.util.Arrays;

/**
 * The replicas that ranks lose and gain from one row to another, as a multigraph on the ranks. An
 * edge goes from a rank that loses a replica to a rank that gains one. A rank loses as many
 * replicas as it gains.
 *
 * <p>If an expert is lost on one rank and gained on another, one edge carries it, inside one node
 * if possible. So a node that holds an expert at the beginning holds it until its last rank has
 * received it. The other losses and gains, of experts with fewer or more replicas than before, are
 * matched in the order of their experts.
 *
 * <p>For example, rank 0 goes from {@code 0 1} to {@code 0 2} and rank 1 from {@code 2 3} to {@code
 * 1 1}. Expert 1 goes from rank 0 to rank 1, and expert 2 from rank 1 to rank 0. Rank 1 also loses
 * 3 and gains a second replica of 1: an edge from rank 1 to itself.
 */
final class ReplicaFlow {
  private final int[] from;
  private final int[] to;
  private final int[] lost;
  private final int[] gained;
  private final int degree;
  private int matched;

  private ReplicaFlow(int edges, int degree) {
    this.from = new int[edges];
    this.to = new int[edges];
    this.lost = new int[edges];
    this.gained = new int[edges];
    this.degree = degree;
  }

  static ReplicaFlow of(int[] current, int[] next, EpTopology topology) {
    int slots = topology.slotsPerRank();
    long[] losses = new long[current.length];
    long[] gains = new long[current.length];
    int edges = 0;
    int degree = 0;
    int[] surplus = new int[topology.experts()];
    for (int base = 0; base < current.length; base += slots) {
      for (int slot = base; slot < base + slots; slot++) {
        surplus[current[slot]]++;
        surplus[next[slot]]--;
      }
      int before = edges;
      int gain = edges;
      for (int slot = base; slot < base + slots; slot++) {
        if (surplus[current[slot]] > 0) {
          surplus[current[slot]]--;
          losses[edges++] = ((long) current[slot] << Integer.SIZE) | (base / slots);
        }
        if (surplus[next[slot]] < 0) {
          surplus[next[slot]]++;
          gains[gain++] = ((long) next[slot] << Integer.SIZE) | (base / slots);
        }
      }
      degree = Math.max(degree, edges - before);
    }
    Arrays.sort(losses, 0, edges);
    Arrays.sort(gains, 0, edges);
    ReplicaFlow flow = new ReplicaFlow(edges, degree);
    int left = flow.match(losses, gains, edges, topology.ranksPerNode());
    left = flow.match(losses, gains, left, topology.ranks());
    for (int index = 0; index < left; index++) {
      flow.connect(losses[index], gains[index]);
    }
    return flow;
  }

  /**
   * Connects the losses and gains of one expert on one span of ranks, and moves the rest of both to
   * the front.
   *
   * @param count the number of losses, and of gains
   * @return the number of losses, and of gains, that are left
   */
  private int match(long[] losses, long[] gains, int count, int ranksPerSpan) {
    int lossesLeft = 0;
    int gainsLeft = 0;
    int loss = 0;
    int gain = 0;
    while (loss < count || gain < count) {
      int order =
          loss == count
              ? 1
              : gain == count
                  ? -1
                  : Long.compare(span(losses[loss], ranksPerSpan), span(gains[gain], ranksPerSpan));
      if (order < 0) {
        losses[lossesLeft++] = losses[loss++];
      } else if (order > 0) {
        gains[gainsLeft++] = gains[gain++];
      } else {
        connect(losses[loss++], gains[gain++]);
      }
    }
    return lossesLeft;
  }

  private void connect(long loss, long gain) {
    from[matched] = (int) loss;
    to[matched] = (int) gain;
    lost[matched] = expert(loss);
    gained[matched++] = expert(gain);
  }

  private static long span(long key, int ranksPerSpan) {
    return ((long) expert(key) << Integer.SIZE) | ((int) key / ranksPerSpan);
  }

  private static int expert(long key) {
    return (int) (key >> Integer.SIZE);
  }

  /** Returns the number of edges. */
  int edges() {
    return from.length;
  }

  /** Returns the most replicas that one rank gains; it is also the most that one loses. */
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
   * Splits the edges into {@link #degree} classes. In each class a rank loses one replica and gains
   * one, or neither. Edges from a rank to itself stand for neither: they fill all ranks up to the
   * same degree, so every class is a perfect matching.
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
    return EdgeColouring.of(degree, left, right);
  }
}
