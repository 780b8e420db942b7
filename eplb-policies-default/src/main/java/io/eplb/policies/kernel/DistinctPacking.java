package io.eplb.policies.kernel;

import java.util.Arrays;

/**
 * Places a node anew so that no rank holds an expert twice: no expert gets more replicas than there
 * are ranks, and the replicas of each, heaviest expert first, go to the lightest ranks that are not
 * full, one each. Where too few ranks have room, a {@linkplain Displacement displacement} makes
 * room, which is always possible.
 *
 * <p>Among equally heavy experts and equally light ranks the lower index wins. Not safe for use by
 * several threads; owns its scratch.
 */
final class DistinctPacking {
  private final NodeAssignment node;

  /**
   * Load per replica by expert, from the narrowed loads: the node's own shares may exceed the range
   * of the float in a rank's key.
   */
  private final double[] shares;

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
    shares = new double[node.experts];
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
   * Chooses the number of replicas of each expert: as the reference does, but at most one per rank.
   */
  void choose() {
    Replication.replicate(
        node.narrowed,
        0,
        node.experts,
        node.expertAt.length,
        node.ranks,
        node.counts,
        expertOf,
        expertTree);
  }

  /** Places the experts anew, with the node's counts. */
  void pack() {
    for (int expert = 0; expert < node.experts; expert++) {
      shares[expert] = (double) node.narrowed[expert] / node.counts[expert];
      order[expert] = WeightKey.of(node.narrowed[expert] / node.counts[expert], expert);
    }
    HeaviestFirst.sort(order, node.experts, spare, histogram);
    Arrays.fill(filled, 0);
    for (int rank = 0; rank < node.ranks; rank++) {
      node.rankLoads[rank] = 0.0;
      rankTree[leaves + rank] = rank;
    }
    TournamentTree.play(rankTree, leaves, node.ranks);
    for (int place = 0; place < node.experts; place++) {
      spread(WeightKey.index(order[place]));
    }
    node.recount();
  }

  /** Puts the replicas of one expert onto as many ranks. */
  private void spread(int expert) {
    int size = 0;
    while (size < node.counts[expert] && rankTree[TournamentTree.ROOT] != TournamentTree.OUT) {
      int rank = (int) rankTree[TournamentTree.ROOT];
      add(rank, expert);
      TournamentTree.replay(rankTree, leaves, rank, TournamentTree.OUT);
      taken[size++] = rank;
    }
    for (int replica = size; replica < node.counts[expert]; replica++) {
      displace(expert);
    }
    for (int index = 0; index < size; index++) {
      int rank = taken[index];
      if (filled[rank] < node.slots) {
        TournamentTree.replay(rankTree, leaves, rank, key(rank));
      }
    }
  }

  private void add(int rank, int expert) {
    node.expertAt[rank * node.slots + filled[rank]++] = expert;
    node.rankLoads[rank] += shares[expert];
  }

  /** Returns the key of a rank: ascending keys are ascending loads, then ascending ranks. */
  private long key(int rank) {
    return (long) Float.floatToRawIntBits((float) node.rankLoads[rank]) << 32 | rank;
  }

  /** Takes the slot of an expert that moves to the lightest rank with room. */
  private void displace(int expert) {
    int room = -1;
    for (int rank = 0; rank < node.ranks; rank++) {
      if (filled[rank] < node.slots && (room < 0 || node.rankLoads[rank] < node.rankLoads[room])) {
        room = rank;
      }
    }
    int slot =
        Displacement.slot(node.expertAt, node.slots, filled, node.rankLoads, shares, expert, room);
    int displaced = node.expertAt[slot];
    node.expertAt[slot] = expert;
    node.rankLoads[slot / node.slots] += shares[expert] - shares[displaced];
    add(room, displaced);
  }
}
