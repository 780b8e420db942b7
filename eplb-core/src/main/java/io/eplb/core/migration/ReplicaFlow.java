package io.eplb.core.migration;

import io.eplb.api.EpTopology;
import io.eplb.api.Placement;
import java.util.Arrays;

/**
 * The replicas that ranks lose and gain from one row to another, as a multigraph on the ranks. An
 * edge goes from a rank that loses a replica to a rank that gains one. A rank loses as many
 * replicas as it gains; here an EMPTY slot counts as a replica of EMPTY.
 *
 * <p>If an expert is lost on one rank and gained on another, one edge carries it, inside one node
 * if possible. So a node that holds an expert at the beginning holds it until its last rank has
 * received it. Ranks that leave come last, so that the others keep an expert until it has been
 * received: from a leaving rank it could not be. The other losses and gains, of experts with fewer
 * or more replicas than before, are matched in the order of their experts.
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
  private final int empty;
  private int matched;

  /**
   * Creates a flow without edges.
   *
   * @param empty the number that stands for EMPTY in the keys of losses and gains
   */
  private ReplicaFlow(int edges, int degree, int empty) {
    this.empty = empty;
    this.from = new int[edges];
    this.to = new int[edges];
    this.lost = new int[edges];
    this.gained = new int[edges];
    this.degree = degree;
  }

  static ReplicaFlow of(int[] current, int[] next, boolean[] leaves, EpTopology topology) {
    int slots = topology.slotsPerRank();
    int empty = topology.experts();
    long[] losses = new long[current.length];
    long[] lossesOfLeaving = new long[current.length];
    long[] gains = new long[current.length];
    int lost = 0;
    int lostByLeaving = 0;
    int gained = 0;
    int degree = 0;
    int[] surplus = new int[topology.experts() + 1];
    for (int base = 0; base < current.length; base += slots) {
      for (int slot = base; slot < base + slots; slot++) {
        surplus[current[slot] == Placement.EMPTY ? empty : current[slot]]++;
        surplus[next[slot] == Placement.EMPTY ? empty : next[slot]]--;
      }
      int experts = 0;
      for (int slot = base; slot < base + slots; slot++) {
        int before = current[slot] == Placement.EMPTY ? empty : current[slot];
        int after = next[slot] == Placement.EMPTY ? empty : next[slot];
        if (surplus[before] > 0) {
          surplus[before]--;
          if (leaves[base / slots]) {
            lossesOfLeaving[lostByLeaving++] = key(before, base / slots);
          } else {
            losses[lost++] = key(before, base / slots);
          }
        }
        if (surplus[after] < 0) {
          surplus[after]++;
          gains[gained++] = key(after, base / slots);
          experts += after == empty ? 0 : 1;
        }
      }
      degree = Math.max(degree, experts);
    }
    Arrays.sort(losses, 0, lost);
    Arrays.sort(lossesOfLeaving, 0, lostByLeaving);
    Arrays.sort(gains, 0, gained);
    ReplicaFlow flow = new ReplicaFlow(gained, degree, empty);
    lost = flow.match(losses, lost, gains, topology.ranksPerNode());
    lost = flow.match(losses, lost, gains, topology.ranks());
    lostByLeaving = flow.match(lossesOfLeaving, lostByLeaving, gains, topology.ranks());
    System.arraycopy(lossesOfLeaving, 0, losses, lost, lostByLeaving);
    for (int index = 0; index < lost + lostByLeaving; index++) {
      flow.connect(losses[index], gains[index]);
    }
    return flow;
  }

  private static long key(int expert, int rank) {
    return ((long) expert << Integer.SIZE) | rank;
  }

  /**
   * Connects losses and gains of one expert on one span of ranks, and moves the rest of both to the
   * front.
   *
   * @param count the number of losses
   * @param gains the gains; all that are not connected yet are at the front
   * @return the number of losses that are left
   */
  private int match(long[] losses, int count, long[] gains, int ranksPerSpan) {
    int gainCount = edges() - matched;
    int lossesLeft = 0;
    int gainsLeft = 0;
    int loss = 0;
    int gain = 0;
    while (loss < count || gain < gainCount) {
      int order =
          loss == count
              ? 1
              : gain == gainCount
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
    lost[matched] = expert(loss) == empty ? Placement.EMPTY : expert(loss);
    gained[matched++] = expert(gain) == empty ? Placement.EMPTY : expert(gain);
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

  /** Returns the most experts that one rank gains, EMPTY not counted. */
  int degree() {
    return degree;
  }

  int from(int edge) {
    return from[edge];
  }

  int to(int edge) {
    return to[edge];
  }

  /** Returns the expert that {@link #from} loses, or EMPTY. */
  int lost(int edge) {
    return lost[edge];
  }

  /** Returns the expert that {@link #to} gains, or EMPTY. */
  int gained(int edge) {
    return gained[edge];
  }

  /**
   * Splits the edges into {@link #degree} classes. In each class a rank gains one expert or none,
   * and loses as many replicas as it gains.
   *
   * <p>A rank is a vertex on the left with its losses, and one on the right with its gains. A rank
   * that gains more than {@link #degree} replicas, since it gains EMPTY, is several such pairs: its
   * experts are in the first, and the others gain EMPTY alone. Edges from a pair to itself stand
   * for neither loss nor gain: they fill all pairs up to the same degree, so every class is a
   * perfect matching.
   *
   * @return the class of each edge
   */
  int[] matchings(int ranks) {
    int[] losses = new int[ranks];
    int[] gainsOfExperts = new int[ranks];
    for (int edge = 0; edge < from.length; edge++) {
      losses[from[edge]]++;
      gainsOfExperts[to[edge]] += gained[edge] == Placement.EMPTY ? 0 : 1;
    }
    int[] firstPair = new int[ranks + 1];
    for (int rank = 0; rank < ranks; rank++) {
      firstPair[rank + 1] =
          firstPair[rank] + Math.max(1, TransferOrder.roundedUp(losses[rank], degree));
    }
    int pairs = firstPair[ranks];
    int[] left = Arrays.copyOf(from, pairs * degree);
    int[] right = Arrays.copyOf(to, pairs * degree);
    int[] leftSoFar = new int[ranks];
    int[] expertsSoFar = new int[ranks];
    int[] missing = new int[pairs];
    Arrays.fill(missing, degree);
    for (int edge = 0; edge < from.length; edge++) {
      left[edge] = firstPair[from[edge]] + leftSoFar[from[edge]]++ / degree;
      missing[left[edge]]--;
      int nth =
          gained[edge] == Placement.EMPTY ? gainsOfExperts[to[edge]]++ : expertsSoFar[to[edge]]++;
      right[edge] = firstPair[to[edge]] + nth / degree;
    }
    int edge = from.length;
    for (int pair = 0; pair < pairs; pair++) {
      for (int loop = 0; loop < missing[pair]; loop++) {
        left[edge] = pair;
        right[edge++] = pair;
      }
    }
    return EdgeColouring.of(degree, left, right);
  }
}
