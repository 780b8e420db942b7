package io.eplb.policies.kernel;

import java.util.Arrays;

/**
 * Places a node anew so that no rank holds an expert twice: no expert gets more replicas than there
 * are ranks, and the replicas of each, heaviest expert first, go to the lightest ranks that are not
 * full, one each. Where too few ranks have room, an expert of a full rank makes way, which is
 * always possible.
 *
 * <p>Among equally heavy experts and equally light ranks the lower index wins. Not safe for use by
 * several threads; owns its scratch.
 */
final class DistinctPacking {
  private final NodeAssignment node;
  private final int[] expertOf;
  private final int[] filled;
  private final int[] taken;
  private final int[] histogram;
  private final long[] order;
  private final long[] spare;
  private final long[] expertTree;
  private final long[] rankTree;
  private final int leaves;

  /** Creates the scratch for a node whose ranks have at most as many slots as it has experts. */
  DistinctPacking(NodeAssignment node) {
    this.node = node;
    expertOf = new int[node.expertAt.length];
    filled = new int[node.ranks];
    taken = new int[node.ranks];
    histogram = new int[HeaviestFirst.HISTOGRAM];
    order = new long[node.experts];
    spare = new long[node.experts];
    expertTree = new long[TournamentTree.length(node.experts)];
    rankTree = new long[TournamentTree.length(node.ranks)];
    leaves = TournamentTree.leaves(node.ranks);
  }

  /**
   * Chooses how many replicas each expert gets: as the reference, but at most one per rank.
   *
   * @param loads the node's loads in single precision, from {@code from} on
   */
  void choose(float[] loads, int from) {
    Replication.replicate(
        loads,
        from,
        node.experts,
        node.expertAt.length,
        node.ranks,
        node.counts,
        expertOf,
        expertTree);
  }

  /** Places the experts anew, each as often as the node's counts say. */
  void pack(float[] loads, int from) {
    for (int expert = 0; expert < node.experts; expert++) {
      order[expert] = WeightKey.of(loads[from + expert] / node.counts[expert], expert);
    }
    HeaviestFirst.sort(order, node.experts, spare, histogram);
    Arrays.fill(filled, 0);
    for (int rank = 0; rank < node.ranks; rank++) {
      node.rankLoads[rank] = 0.0;
      rankTree[leaves + rank] = rank;
    }
    TournamentTree.play(rankTree, leaves, node.ranks);
    for (int place = 0; place < node.experts; place++) {
      spread(WeightKey.index(order[place]), loads, from);
    }
    node.recount();
  }

  /** Puts the replicas of one expert onto as many ranks. */
  private void spread(int expert, float[] loads, int from) {
    double share = share(expert, loads, from);
    int size = 0;
    while (size < node.counts[expert] && rankTree[TournamentTree.ROOT] != TournamentTree.OUT) {
      int rank = (int) rankTree[TournamentTree.ROOT];
      add(rank, expert, share);
      TournamentTree.replay(rankTree, leaves, rank, TournamentTree.OUT);
      taken[size++] = rank;
    }
    for (int replica = size; replica < node.counts[expert]; replica++) {
      makeWay(expert, loads, from);
    }
    for (int index = 0; index < size; index++) {
      int rank = taken[index];
      if (filled[rank] < node.slots) {
        TournamentTree.replay(rankTree, leaves, rank, key(rank));
      }
    }
  }

  private void add(int rank, int expert, double share) {
    node.expertAt[rank * node.slots + filled[rank]++] = expert;
    node.rankLoads[rank] += share;
  }

  /** Ascending keys are ascending loads, then ascending ranks. */
  private long key(int rank) {
    return (long) Float.floatToRawIntBits((float) node.rankLoads[rank]) << 32 | rank;
  }

  /**
   * Moves some expert from a full rank that lacks {@code expert} to the lightest rank with room,
   * all of which hold {@code expert} already, and takes its slot. A full rank has more experts than
   * one with room, so it has one that the other lacks.
   */
  private void makeWay(int expert, float[] loads, int from) {
    double share = share(expert, loads, from);
    int room = -1;
    for (int rank = 0; rank < node.ranks; rank++) {
      if (filled[rank] < node.slots && (room < 0 || node.rankLoads[rank] < node.rankLoads[room])) {
        room = rank;
      }
    }
    double coolest = Double.POSITIVE_INFINITY;
    int best = -1;
    for (int rank = 0; rank < node.ranks; rank++) {
      if (filled[rank] < node.slots || node.holds(rank, expert)) {
        continue;
      }
      for (int slot = rank * node.slots; slot < (rank + 1) * node.slots; slot++) {
        double moved = share(node.expertAt[slot], loads, from);
        double after = Math.max(node.rankLoads[room] + moved, node.rankLoads[rank] - moved + share);
        if (after < coolest && !holdsSoFar(room, node.expertAt[slot])) {
          coolest = after;
          best = slot;
        }
      }
    }
    int evicted = node.expertAt[best];
    node.expertAt[best] = expert;
    node.rankLoads[best / node.slots] += share - share(evicted, loads, from);
    add(room, evicted, share(evicted, loads, from));
  }

  /** Not the node's own share, which may be beyond the range of the float in a rank's key. */
  private double share(int expert, float[] loads, int from) {
    return (double) loads[from + expert] / node.counts[expert];
  }

  private boolean holdsSoFar(int rank, int expert) {
    int first = rank * node.slots;
    for (int slot = first; slot < first + filled[rank]; slot++) {
      if (node.expertAt[slot] == expert) {
        return true;
      }
    }
    return false;
  }
}
