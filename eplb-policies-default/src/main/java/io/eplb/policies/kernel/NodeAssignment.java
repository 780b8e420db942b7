package io.eplb.policies.kernel;

import io.eplb.api.Placement;
import java.util.Arrays;

/**
 * The experts in the slots of one node, and the loads of its ranks: the memory that the repair
 * kernels work on. Experts and ranks count from the node's first. Not safe for use by several
 * threads.
 *
 * <p>Rank loads are always the sum over the rank's slots in order, as a layer's balance is
 * measured, so that peaks can be compared exactly. A rank's heat is its load ÷ speed, which is what
 * the kernels lower; on a rank of speed 1 it is the load bit for bit. A rank uses its first slots,
 * and the others stay {@link Placement#EMPTY}.
 */
final class NodeAssignment {
  /** Experts of the node. */
  int experts;

  /** Ranks of the node. */
  final int ranks;

  /** Slots of a rank. */
  final int slots;

  /** The ranks, which all live. */
  final RankCapacity capacity;

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

  /** Load ÷ speed by rank. */
  final double[] heat;

  private final int[] stamps;
  private int stamp;

  /**
   * Creates the memory for a node.
   *
   * @param experts the most experts it may have
   * @param capacity its ranks, which all live
   */
  NodeAssignment(int experts, RankCapacity capacity) {
    this.experts = experts;
    this.capacity = capacity;
    ranks = capacity.ranks;
    slots = capacity.slots;
    expertAt = capacity.emptyRow();
    loads = new double[experts];
    narrowed = new float[experts];
    counts = new int[experts];
    shares = new double[experts];
    rankLoads = new double[ranks];
    heat = new double[ranks];
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

  /**
   * Takes other experts, with their loads and no slots yet.
   *
   * @param logicalOf their logical ids from {@code from} on
   * @param count the number of experts, at most those that the memory was made for
   * @param layerLoads by logical expert
   */
  void start(int[] logicalOf, int from, int count, double[] layerLoads) {
    experts = count;
    for (int expert = 0; expert < count; expert++) {
      loads[expert] = layerLoads[logicalOf[from + expert]];
      narrowed[expert] = (float) loads[expert];
    }
  }

  /** Returns the heat of the hottest rank. */
  double peak() {
    return heat[hottestRank()];
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
    int end = capacity.end(rank);
    for (int slot = rank * slots; slot < end; slot++) {
      load += shares[expertAt[slot]];
    }
    rankLoads[rank] = load;
    heat[rank] = load * capacity.slowness[rank];
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
    return LayerRow.holds(expertAt, rank * slots, capacity.end(rank), expert);
  }

  /** Returns the hottest rank, the lowest among equals. */
  int hottestRank() {
    return LayerRow.hottestRank(heat);
  }

  /** Marks the experts of a rank for {@link #marked}. */
  void mark(int rank) {
    newStamp();
    int end = capacity.end(rank);
    for (int slot = rank * slots; slot < end; slot++) {
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
    int end = capacity.end(rank);
    for (int slot = rank * slots; slot < end; slot++) {
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
