package io.eplb.policies.kernel;

import java.util.Arrays;

/**
 * The experts in the slots of one node, and the loads of its ranks: the memory that the repair
 * kernels work on. Experts and ranks count from the node's first. Not safe for use by several
 * threads.
 *
 * <p>Rank loads are always the sum over the rank's slots in order, as a layer's balance is
 * measured, so that peaks can be compared exactly.
 */
final class NodeAssignment {
  /** Experts of the node. */
  final int experts;

  /** Ranks of the node. */
  final int ranks;

  /** Slots of a rank. */
  final int slots;

  /** Expert by slot, rank by rank. */
  final int[] expertAt;

  /** Load by expert, in tokens. */
  final double[] loads;

  /** Load by expert in single precision, scaled as the reference calculates with it. */
  final float[] narrowed;

  /** Replicas by expert. */
  final int[] counts;

  /** Load per replica by expert. */
  final double[] shares;

  /** Load by rank. */
  final double[] rankLoads;

  private final int[] stamps;
  private int stamp;

  /**
   * Creates the memory for nodes of one shape.
   *
   * @param slots slots of a rank
   */
  NodeAssignment(int experts, int ranks, int slots) {
    this.experts = experts;
    this.ranks = ranks;
    this.slots = slots;
    expertAt = new int[ranks * slots];
    loads = new double[experts];
    narrowed = new float[experts];
    counts = new int[experts];
    shares = new double[experts];
    rankLoads = new double[ranks];
    stamps = new int[experts];
  }

  /**
   * Loads a node of a layer.
   *
   * @param layerLoads by logical expert
   */
  void load(ReferencePlacement layer, int node, double[] layerLoads) {
    System.arraycopy(layer.localRow, node * expertAt.length, expertAt, 0, expertAt.length);
    System.arraycopy(layer.loads, node * experts, narrowed, 0, experts);
    for (int expert = 0; expert < experts; expert++) {
      loads[expert] = layerLoads[layer.logicalOf[node * experts + expert]];
    }
    recount();
  }

  /** Writes the experts by slot back to their node of the layer. */
  void store(ReferencePlacement layer, int node) {
    System.arraycopy(expertAt, 0, layer.localRow, node * expertAt.length, expertAt.length);
  }

  /** Returns the load of the hottest rank. */
  double peak() {
    return rankLoads[hottestRank()];
  }

  /** Derives counts, shares and rank loads from the slots. */
  void recount() {
    LayerRow.countReplicas(expertAt, counts);
    for (int expert = 0; expert < experts; expert++) {
      shares[expert] = loads[expert] / counts[expert];
    }
    for (int rank = 0; rank < ranks; rank++) {
      sum(rank);
    }
  }

  /** Derives one rank's load from its slots. */
  void sum(int rank) {
    double load = 0.0;
    for (int slot = rank * slots; slot < (rank + 1) * slots; slot++) {
      load += shares[expertAt[slot]];
    }
    rankLoads[rank] = load;
  }

  /** Exchanges the experts of two slots on different ranks. */
  void swap(int slot, int other) {
    int expert = expertAt[slot];
    expertAt[slot] = expertAt[other];
    expertAt[other] = expert;
    sum(slot / slots);
    sum(other / slots);
  }

  /** Returns whether a rank holds an expert. */
  boolean holds(int rank, int expert) {
    return LayerRow.holds(expertAt, rank * slots, (rank + 1) * slots, expert);
  }

  /** Returns the hottest rank, the lowest among equals. */
  int hottestRank() {
    return LayerRow.hottestRank(rankLoads);
  }

  /** Marks the experts of a rank for {@link #marked}. */
  void mark(int rank) {
    newStamp();
    for (int slot = rank * slots; slot < (rank + 1) * slots; slot++) {
      stamps[expertAt[slot]] = stamp;
    }
  }

  /** Returns whether an expert is on the rank that was marked last, in constant time. */
  boolean marked(int expert) {
    return stamps[expert] == stamp;
  }

  /**
   * Returns the first slot of a rank whose expert is in an earlier slot of the rank, and marks the
   * rank; −1 if there is none.
   */
  int duplicate(int rank) {
    newStamp();
    for (int slot = rank * slots; slot < (rank + 1) * slots; slot++) {
      if (stamps[expertAt[slot]] == stamp) {
        mark(rank);
        return slot;
      }
      stamps[expertAt[slot]] = stamp;
    }
    return -1;
  }

  private void newStamp() {
    if (stamp == Integer.MAX_VALUE) {
      Arrays.fill(stamps, 0);
      stamp = 0;
    }
    stamp++;
  }
}
