package io.eplb.core.elastic;

import io.eplb.api.Placement;
import java.util.Arrays;

/**
 * One layer's row while slots are written one after the other. Replica counts, holders and the heat
 * of every rank follow each write. A rank's heat is its load ÷ its speed, in units of the mean load
 * of an expert.
 *
 * <p>The heat of a rank is always summed anew, slot by slot, so that it depends on the row alone
 * and not on the writes that led to it: to write a slot and to write it back restores every bit.
 *
 * <p>Kernel: trusts its arguments. Used by one thread; {@link #start} makes it fit for the next
 * layer.
 */
final class LayerRow {
  static final int NONE = -1;

  /** The ranks that are measured together. */
  private static final int BLOCK = 32;

  private final int experts;
  private final int ranks;
  private final int slots;
  private final double[] speeds;
  private final int[] row;
  private final int[] counts;
  private final int[] firstHolder;
  private final int[] nextHolder;
  private final double[] loads;
  private final double[] shares;
  private final double[] heats;
  private final double[] blockPeaks;
  private final double[] squares;
  private final boolean[] stale;

  /**
   * Creates the state of a layer with an empty row.
   *
   * @param speeds one per rank, above 0; kept, not copied
   */
  LayerRow(int experts, int ranks, int slotsPerRank, double[] speeds) {
    this.experts = experts;
    this.ranks = ranks;
    this.slots = slotsPerRank;
    this.speeds = speeds;
    this.row = new int[ranks * slotsPerRank];
    this.counts = new int[experts];
    this.firstHolder = new int[experts];
    this.nextHolder = new int[row.length];
    this.loads = new double[experts];
    this.shares = new double[experts];
    this.heats = new double[ranks];
    this.blockPeaks = new double[(ranks + BLOCK - 1) / BLOCK];
    this.squares = new double[blockPeaks.length];
    this.stale = new boolean[blockPeaks.length];
  }

  /**
   * Starts a layer.
   *
   * @param source ranks × slots experts from {@code offset} on, EMPTY where there is none
   * @param expertLoads the layer's loads from {@code loadOffset} on; an empty array if none are
   *     known
   */
  void start(int[] source, int offset, double[] expertLoads, int loadOffset) {
    System.arraycopy(source, offset, row, 0, row.length);
    takeLoads(expertLoads, loadOffset);
    Arrays.fill(counts, 0);
    Arrays.fill(firstHolder, NONE);
    for (int slot = row.length - 1; slot >= 0; slot--) {
      if (row[slot] != Placement.EMPTY) {
        link(slot, row[slot]);
      }
    }
    for (int expert = 0; expert < experts; expert++) {
      share(expert);
    }
    for (int rank = 0; rank < ranks; rank++) {
      refresh(rank);
    }
  }

  private void takeLoads(double[] expertLoads, int offset) {
    double total = 0.0;
    for (int expert = 0; expert < experts && expertLoads.length > 0; expert++) {
      total += expertLoads[offset + expert];
    }
    for (int expert = 0; expert < experts; expert++) {
      loads[expert] = total > 0.0 ? expertLoads[offset + expert] / total * experts : 1.0;
    }
  }

  int experts() {
    return experts;
  }

  int ranks() {
    return ranks;
  }

  int slots() {
    return slots;
  }

  int physicalSlots() {
    return row.length;
  }

  /** Returns the expert of a physical slot, or EMPTY. */
  int at(int slot) {
    return row[slot];
  }

  /** Copies the row. */
  void copyTo(int[] destination, int offset) {
    System.arraycopy(row, 0, destination, offset, row.length);
  }

  /** Returns whether the row is the same as another. */
  boolean equalTo(int[] other) {
    return Arrays.equals(row, other);
  }

  /** Returns the replicas of an expert. */
  int count(int expert) {
    return counts[expert];
  }

  /** Returns the load of an expert, in units of the mean. */
  double load(int expert) {
    return loads[expert];
  }

  /** Returns the load of each replica of an expert; 0 if it has none. */
  double shareOf(int expert) {
    return shares[expert];
  }

  /** Returns the first physical slot in the list of an expert's holders, or NONE. */
  int firstHolder(int expert) {
    return firstHolder[expert];
  }

  /** Returns the holder after a physical slot, or NONE. */
  int nextHolder(int slot) {
    return nextHolder[slot];
  }

  /** Returns whether a rank holds an expert. */
  boolean holds(int rank, int expert) {
    for (int slot = firstHolder[expert]; slot != NONE; slot = nextHolder[slot]) {
      if (slot / slots == rank) {
        return true;
      }
    }
    return false;
  }

  /** Returns the load ÷ speed of a rank. */
  double heat(int rank) {
    return heats[rank];
  }

  double speed(int rank) {
    return speeds[rank];
  }

  /** Returns the greatest heat of a rank. */
  double peak() {
    measureBlocks();
    double peak = 0.0;
    for (double blockPeak : blockPeaks) {
      peak = Math.max(peak, blockPeak);
    }
    return peak;
  }

  /** Returns the hottest rank; of equals, the lowest. */
  int hottest() {
    int hottest = 0;
    for (int rank = 1; rank < ranks; rank++) {
      if (heats[rank] > heats[hottest]) {
        hottest = rank;
      }
    }
    return hottest;
  }

  /** Returns Σ load² ÷ speed over the ranks: the smaller, the more even. */
  double unevenness() {
    measureBlocks();
    double sum = 0.0;
    for (double blockSquares : squares) {
      sum += blockSquares;
    }
    return sum;
  }

  /** Measures the blocks of ranks that have changed, so that a write costs few ranks of many. */
  private void measureBlocks() {
    for (int block = 0; block < stale.length; block++) {
      if (stale[block]) {
        stale[block] = false;
        blockPeaks[block] = 0.0;
        squares[block] = 0.0;
        int end = Math.min(ranks, (block + 1) * BLOCK);
        for (int rank = block * BLOCK; rank < end; rank++) {
          blockPeaks[block] = Math.max(blockPeaks[block], heats[rank]);
          squares[block] += heats[rank] * heats[rank] * speeds[rank];
        }
      }
    }
  }

  /**
   * Writes an expert, or EMPTY, into a physical slot.
   *
   * @return the former content
   */
  int write(int slot, int expert) {
    int former = row[slot];
    if (former == expert) {
      return former;
    }
    if (former != Placement.EMPTY) {
      unlink(slot, former);
      share(former);
    }
    row[slot] = expert;
    if (expert != Placement.EMPTY) {
      link(slot, expert);
      share(expert);
      refreshHolders(expert);
    }
    if (former != Placement.EMPTY) {
      refreshHolders(former);
    }
    refresh(slot / slots);
    return former;
  }

  private void refreshHolders(int expert) {
    for (int slot = firstHolder[expert]; slot != NONE; slot = nextHolder[slot]) {
      refresh(slot / slots);
    }
  }

  private void refresh(int rank) {
    double load = 0.0;
    for (int slot = rank * slots; slot < (rank + 1) * slots; slot++) {
      if (row[slot] != Placement.EMPTY) {
        load += shares[row[slot]];
      }
    }
    heats[rank] = load / speeds[rank];
    stale[rank / BLOCK] = true;
  }

  private void share(int expert) {
    shares[expert] = counts[expert] == 0 ? 0.0 : loads[expert] / counts[expert];
  }

  /** Inserts a slot into the list of an expert's holders, which ascends. */
  private void link(int slot, int expert) {
    int before = NONE;
    int after = firstHolder[expert];
    while (after != NONE && after < slot) {
      before = after;
      after = nextHolder[after];
    }
    nextHolder[slot] = after;
    if (before == NONE) {
      firstHolder[expert] = slot;
    } else {
      nextHolder[before] = slot;
    }
    counts[expert]++;
  }

  private void unlink(int slot, int expert) {
    if (firstHolder[expert] == slot) {
      firstHolder[expert] = nextHolder[slot];
    } else {
      int before = firstHolder[expert];
      while (nextHolder[before] != slot) {
        before = nextHolder[before];
      }
      nextHolder[before] = nextHolder[slot];
    }
    counts[expert]--;
  }

  /** Sorts experts by load, the hottest first; of equals, the lowest id first. */
  void sortHottestFirst(int[] order, int length) {
    sortDescending(order, length, loads);
  }

  /**
   * Sorts experts by their keys, the greatest first; of equals, the lowest id first. A heap sort in
   * place.
   */
  static void sortDescending(int[] order, int length, double[] keys) {
    for (int root = length / 2 - 1; root >= 0; root--) {
      sift(order, root, length, keys);
    }
    for (int end = length - 1; end > 0; end--) {
      int last = order[0];
      order[0] = order[end];
      order[end] = last;
      sift(order, 0, end, keys);
    }
  }

  private static void sift(int[] order, int from, int length, double[] keys) {
    int root = from;
    while (2 * root + 1 < length) {
      int child = 2 * root + 1;
      if (child + 1 < length && before(order[child], order[child + 1], keys)) {
        child++;
      }
      if (before(order[child], order[root], keys)) {
        return;
      }
      int moved = order[root];
      order[root] = order[child];
      order[child] = moved;
      root = child;
    }
  }

  private static boolean before(int one, int other, double[] keys) {
    return keys[one] == keys[other] ? one < other : keys[one] > keys[other];
  }
}
