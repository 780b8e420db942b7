package io.eplb.policies.incremental.layer;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.policies.kernel.LayerRow;

/**
 * The living ranks of a layer, their usable slots and their capacities. Both are numbered without
 * gaps, so that a plan never sees an EMPTY slot: a row has the experts of the usable slots alone,
 * rank by rank. Immutable.
 *
 * <p>Example: of three ranks with two slots, rank 1 is dead and rank 2 can use one slot. In a plan,
 * rank 0 has the slots 0 and 1, and rank 2 is rank 1 and has slot 2. The table's row {a, b, EMPTY,
 * EMPTY, c, EMPTY} is {a, b, c}.
 *
 * <p>A rank's <em>capacity</em> is its speed relative to the mean speed of the living ranks. All
 * capacities sum to the number of living ranks.
 */
public final class LivingRanks {
  private final EpTopology topology;
  private final EpRanks inTable;
  private final int[] rankInTable;

  /** The first slot of each rank, and the number of slots at the end. */
  private final int[] from;

  private final double[] capacity;
  private final int mostSlots;
  private final boolean allUsable;
  private final boolean equallyFast;

  /** Creates the living ranks of a group. */
  public LivingRanks(EpTopology topology, EpRanks ranks) {
    int living = ranks.livingRanks();
    this.topology = topology;
    this.inTable = ranks;
    this.rankInTable = new int[living];
    this.from = new int[living + 1];
    this.capacity = new double[living];
    this.allUsable = ranks.allSlotsUsable();
    this.equallyFast = ranks.equalSpeeds();
    double meanSpeed = ranks.totalSpeed() / living;
    int next = 0;
    int most = 0;
    for (int rank = 0; rank < ranks.ranks(); rank++) {
      if (ranks.living(rank)) {
        rankInTable[next] = rank;
        from[next + 1] = from[next] + ranks.usableSlots(rank);
        capacity[next] = equallyFast ? 1.0 : ranks.speed(rank) / meanSpeed;
        most = Math.max(most, ranks.usableSlots(rank));
        next++;
      }
    }
    this.mostSlots = most;
  }

  /** Returns the shape of the whole group. */
  public EpTopology topology() {
    return topology;
  }

  /** Returns the ranks of the whole group. */
  public EpRanks inTable() {
    return inTable;
  }

  /** Returns the number of living ranks. */
  public int ranks() {
    return capacity.length;
  }

  /** Returns the number of usable slots. */
  public int slots() {
    return from[capacity.length];
  }

  /** Returns the most slots of one rank. */
  public int mostSlots() {
    return mostSlots;
  }

  /** Returns the first slot of a rank; that of the number of ranks is the number of slots. */
  public int from(int rank) {
    return from[rank];
  }

  /** Returns the node of a rank. */
  public int node(int rank) {
    return topology.nodeOf(rankInTable[rank]);
  }

  /** Returns the first slot of each rank, and the number of slots at the end. */
  int[] starts() {
    return from.clone();
  }

  /** Returns the speed of a rank relative to the mean of the living ranks. */
  public double capacity(int rank) {
    return capacity[rank];
  }

  /** Returns the slots of ranks with a capacity below 1, each slot by what is missing to 1. */
  public double missingCapacity() {
    double missing = 0.0;
    for (int rank = 0; rank < capacity.length; rank++) {
      missing += Math.max(0.0, 1.0 - capacity[rank]) * (from[rank + 1] - from[rank]);
    }
    return missing;
  }

  /** Returns whether all capacities are 1. */
  public boolean equallyFast() {
    return equallyFast;
  }

  /** Copies the experts of the usable slots from a row of the table. */
  public void gather(int[] tableRow, int[] to) {
    if (allUsable) {
      System.arraycopy(tableRow, 0, to, 0, to.length);
      return;
    }
    for (int rank = 0; rank < capacity.length; rank++) {
      System.arraycopy(tableRow, firstInTable(rank), to, from[rank], from[rank + 1] - from[rank]);
    }
  }

  /** Copies experts to the usable slots of a row of the table; its other slots stay as they are. */
  public void scatter(int[] row, int[] tableRow) {
    if (allUsable) {
      System.arraycopy(row, 0, tableRow, 0, row.length);
      return;
    }
    for (int rank = 0; rank < capacity.length; rank++) {
      System.arraycopy(row, from[rank], tableRow, firstInTable(rank), from[rank + 1] - from[rank]);
    }
  }

  /**
   * Returns the load of the hottest rank, relative to its capacity; each rank's is summed over its
   * slots in order.
   *
   * @param row the experts of the usable slots
   * @param loads by expert
   * @param counts result: replicas by expert
   * @param shares result: load per replica by expert
   */
  public double peak(int[] row, double[] loads, int[] counts, double[] shares) {
    LayerRow.countReplicas(row, counts);
    for (int expert = 0; expert < loads.length; expert++) {
      shares[expert] = loads[expert] / counts[expert];
    }
    double peak = 0.0;
    for (int rank = 0; rank < capacity.length; rank++) {
      double load = 0.0;
      for (int slot = from[rank]; slot < from[rank + 1]; slot++) {
        load += shares[row[slot]];
      }
      peak = Math.max(peak, load / capacity[rank]);
    }
    return peak;
  }

  private int firstInTable(int rank) {
    return rankInTable[rank] * topology.slotsPerRank();
  }
}
