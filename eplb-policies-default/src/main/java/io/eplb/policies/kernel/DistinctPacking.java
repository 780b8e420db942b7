package io.eplb.policies.kernel;

import java.util.Arrays;

/**
 * Places a node anew so that no rank holds an expert twice: no expert gets more replicas than there
 * are ranks, and the replicas of each, heaviest expert first, go to ranks that are not full, one
 * each, where (load + replica) ÷ speed is least. Where too few ranks have room, a {@linkplain
 * Displacement displacement} makes room. If all ranks can use equally many slots, that is always
 * possible; else a replica may be left over, and the slot that it leaves goes to the hottest expert
 * that its rank lacks.
 *
 * <p>A rank with as many usable slots as there are experts, or more, holds all of them, and the
 * first ones again while slots are left.
 *
 * <p>Among equally heavy experts and equally good ranks the lower index wins. Not safe for use by
 * several threads; owns its scratch.
 */
final class DistinctPacking {
  /** Speeds that differ by less than a thousandth count as one. */
  private static final double SAME = 0.999;

  private final NodeAssignment node;

  /**
   * Load per replica by expert, from the narrowed loads: the node's own shares may exceed the range
   * of the float in a rank's key.
   */
  private final double[] shares;

  /** Replicas by expert on the ranks that hold all experts. */
  private final int[] everywhere;

  private final int[] filled;
  private final int[] taken;
  private final int[] histogram;
  private final long[] order;
  private final long[] spare;
  private final long[] expertTree;

  /**
   * A tournament per speed, over the loads of the ranks of that speed: the best rank for a replica
   * is one of the winners. So a replica costs as many steps as there are speeds, not ranks.
   */
  private final long[][] rankTrees;

  /** The tournament of the slowest ranks; mostly the only one. */
  private final long[] slowest;

  private final int leavesOfSlowest;

  /** The number of ranks in each tournament. */
  private final int[] contestants;

  /** The tournament of each rank. */
  private final int[] treeOf;

  /** The place of each rank in its tournament. */
  private final int[] placeOf;

  /** Creates the scratch for a node. */
  DistinctPacking(NodeAssignment node) {
    this.node = node;
    int experts = node.loads.length;
    shares = new double[experts];
    everywhere = new int[experts];
    filled = new int[node.ranks];
    taken = new int[node.ranks];
    histogram = new int[HeaviestFirst.HISTOGRAM];
    order = new long[experts];
    spare = new long[experts];
    expertTree = new long[TournamentTree.length(experts)];
    treeOf = new int[node.ranks];
    placeOf = new int[node.ranks];
    contestants = new int[node.ranks];
    rankTrees = rankTrees();
    slowest = rankTrees[0];
    leavesOfSlowest = slowest.length / 2;
  }

  private long[][] rankTrees() {
    int[] slowestFirst = new int[node.ranks];
    Arrays.setAll(slowestFirst, rank -> rank);
    double[] slowness = node.capacity.slowness;
    FallingOrder.sort(slowestFirst, 0, node.ranks, slowness);
    long[][] trees = new long[node.ranks][];
    int speeds = 0;
    int first = 0;
    for (int at = 0; at < node.ranks; at++) {
      int rank = slowestFirst[at];
      treeOf[rank] = speeds;
      placeOf[rank] = at - first;
      if (at + 1 == node.ranks
          || slowness[slowestFirst[at + 1]] < SAME * slowness[slowestFirst[first]]) {
        contestants[speeds] = at + 1 - first;
        trees[speeds++] = new long[TournamentTree.length(at + 1 - first)];
        first = at + 1;
      }
    }
    return Arrays.copyOf(trees, speeds);
  }

  /**
   * Chooses the number of replicas of each expert: as the reference does, but at most one per rank
   * that does not hold all experts anyway.
   */
  void choose() {
    int ranks = 0;
    int slots = 0;
    Arrays.fill(everywhere, 0);
    for (int rank = 0; rank < node.ranks; rank++) {
      if (holdsAll(rank)) {
        for (int slot = 0; slot < node.capacity.usable[rank]; slot++) {
          everywhere[slot % node.experts]++;
        }
      } else {
        ranks++;
        slots += node.capacity.usable[rank];
      }
    }
    int leaves = TournamentTree.leaves(node.experts);
    for (int expert = 0; expert < node.experts; expert++) {
      node.counts[expert] = Math.max(1, everywhere[expert]);
      slots -= node.counts[expert] - everywhere[expert];
      expertTree[leaves + expert] = expertKey(expert, ranks);
    }
    TournamentTree.play(expertTree, leaves, node.experts);
    for (; slots > 0; slots--) {
      int hottest = WeightKey.index(expertTree[TournamentTree.ROOT]);
      node.counts[hottest]++;
      TournamentTree.replay(expertTree, leaves, hottest, expertKey(hottest, ranks));
    }
  }

  private long expertKey(int expert, int most) {
    return node.counts[expert] - everywhere[expert] == most
        ? TournamentTree.OUT
        : WeightKey.of(node.narrowed[expert] / node.counts[expert], expert);
  }

  /** Returns whether a rank has a slot for every expert. */
  private boolean holdsAll(int rank) {
    return node.capacity.usable[rank] >= node.experts;
  }

  /** Places the experts anew, with the node's counts. */
  void pack() {
    for (int expert = 0; expert < node.experts; expert++) {
      shares[expert] = (double) node.narrowed[expert] / node.counts[expert];
      order[expert] = WeightKey.of(node.narrowed[expert] / node.counts[expert], expert);
    }
    HeaviestFirst.sort(order, node.experts, spare, histogram);
    Arrays.fill(filled, 0);
    Arrays.fill(node.rankLoads, 0.0);
    for (int rank = 0; rank < node.ranks; rank++) {
      if (holdsAll(rank)) {
        while (filled[rank] < node.capacity.usable[rank]) {
          add(rank, filled[rank] % node.experts);
        }
      }
      long[] tree = rankTrees[treeOf[rank]];
      tree[tree.length / 2 + placeOf[rank]] = holdsAll(rank) ? TournamentTree.OUT : rank;
    }
    for (int tree = 0; tree < rankTrees.length; tree++) {
      TournamentTree.play(rankTrees[tree], rankTrees[tree].length / 2, contestants[tree]);
    }
    int left = 0;
    for (int place = 0; place < node.experts; place++) {
      left += spread(WeightKey.index(order[place]));
    }
    if (left > 0) {
      fillUp();
    }
    node.recount();
  }

  /**
   * Puts the replicas of one expert onto as many ranks.
   *
   * @return the number of those for which there is none
   */
  private int spread(int expert) {
    int replicas = node.counts[expert] - everywhere[expert];
    int size = 0;
    while (size < replicas) {
      int rank = bestRank(shares[expert]);
      if (rank < 0) {
        break;
      }
      add(rank, expert);
      replay(rank, TournamentTree.OUT);
      taken[size++] = rank;
    }
    int left = 0;
    for (int replica = size; replica < replicas; replica++) {
      left += displace(expert) ? 0 : 1;
    }
    node.counts[expert] -= left;
    for (int index = 0; index < size; index++) {
      int rank = taken[index];
      if (filled[rank] < node.capacity.usable[rank]) {
        replay(rank, key(rank));
      }
    }
    return left;
  }

  /** Returns the rank of the tournaments where a replica does least harm; −1 if all have left. */
  private int bestRank(double share) {
    if (rankTrees.length == 1) {
      // The key of a tournament that all have left ends in −1 too.
      return (int) slowest[TournamentTree.ROOT];
    }
    int best = -1;
    double least = 0.0;
    for (int tree = 0; tree < rankTrees.length; tree++) {
      long winner = rankTrees[tree][TournamentTree.ROOT];
      if (winner != TournamentTree.OUT) {
        int rank = (int) winner;
        double heat = (node.rankLoads[rank] + share) * node.capacity.slowness[rank];
        if (best < 0 || heat < least || (heat == least && rank < best)) {
          best = rank;
          least = heat;
        }
      }
    }
    return best;
  }

  private void replay(int rank, long key) {
    if (rankTrees.length == 1) {
      TournamentTree.replay(slowest, leavesOfSlowest, placeOf[rank], key);
    } else {
      long[] tree = rankTrees[treeOf[rank]];
      TournamentTree.replay(tree, tree.length / 2, placeOf[rank], key);
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

  /**
   * Takes the slot of an expert that moves to the coolest rank with room.
   *
   * @return whether there is such an expert
   */
  private boolean displace(int expert) {
    int room = -1;
    for (int rank = 0; rank < node.ranks; rank++) {
      node.heat[rank] = node.rankLoads[rank] * node.capacity.slowness[rank];
      if (filled[rank] < node.capacity.usable[rank]
          && (room < 0 || node.heat[rank] < node.heat[room])) {
        room = rank;
      }
    }
    int slot =
        Displacement.slot(node.expertAt, node.capacity, filled, node.heat, shares, expert, room);
    if (slot < 0) {
      return false;
    }
    int displaced = node.expertAt[slot];
    node.expertAt[slot] = expert;
    node.rankLoads[slot / node.slots] += shares[expert] - shares[displaced];
    add(room, displaced);
    return true;
  }

  /** Gives each slot that is left to the expert with the largest load per replica that fits. */
  private void fillUp() {
    for (int rank = 0; rank < node.ranks; rank++) {
      int from = rank * node.slots;
      while (filled[rank] < node.capacity.usable[rank]) {
        int hottest = -1;
        float most = 0f;
        for (int expert = 0; expert < node.experts; expert++) {
          float share = node.narrowed[expert] / node.counts[expert];
          if ((hottest < 0 || share > most)
              && !LayerRow.holds(node.expertAt, from, from + filled[rank], expert)) {
            hottest = expert;
            most = share;
          }
        }
        node.counts[hottest]++;
        add(rank, hottest);
      }
    }
  }

  /** Returns whether some rank has a slot for every expert. */
  boolean someHoldAll() {
    for (int rank = 0; rank < node.ranks; rank++) {
      if (holdsAll(rank)) {
        return true;
      }
    }
    return false;
  }
}
