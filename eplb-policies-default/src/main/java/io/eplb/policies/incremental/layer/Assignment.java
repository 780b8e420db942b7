package io.eplb.policies.incremental.layer;

import io.eplb.policies.kernel.HolderLists;
import io.eplb.policies.kernel.LayerRow;
import java.util.Arrays;

/**
 * The expert in every slot of one layer, and the slots and the number of replicas of every expert.
 * Slots are those of {@link LivingRanks}. Only {@link LayerState} changes an assignment.
 */
public final class Assignment {
  private final int experts;
  private final LivingRanks ranks;
  private final int[] from;
  private final int[] row;
  private final int[] rankOf;
  private final int[] replicas;
  private final HolderLists holders;

  Assignment(LivingRanks ranks) {
    this.experts = ranks.topology().experts();
    this.ranks = ranks;
    this.from = ranks.starts();
    int slots = ranks.slots();
    this.row = new int[slots];
    this.rankOf = new int[slots];
    for (int rank = 0; rank < ranks.ranks(); rank++) {
      Arrays.fill(rankOf, ranks.from(rank), ranks.from(rank + 1), rank);
    }
    this.replicas = new int[experts];
    this.holders = new HolderLists(experts, slots);
  }

  /** Loads a whole row. */
  void load(int[] tableRow) {
    System.arraycopy(tableRow, 0, row, 0, row.length);
    holders.link(row);
    LayerRow.countReplicas(row, replicas);
  }

  /** Gives a slot another expert. */
  void put(int slot, int expert) {
    int before = row[slot];
    holders.move(slot, before, expert);
    replicas[before]--;
    replicas[expert]++;
    row[slot] = expert;
  }

  /** Copies the experts by slot into an array of as many slots. */
  public void copyTo(int[] to) {
    System.arraycopy(row, 0, to, 0, row.length);
  }

  /** Returns the number of experts. */
  public int experts() {
    return experts;
  }

  /** Returns the number of ranks. */
  public int ranks() {
    return ranks.ranks();
  }

  /** Returns the most slots of one rank. */
  public int mostSlots() {
    return ranks.mostSlots();
  }

  /** Returns the first slot of a rank. */
  public int from(int rank) {
    return from[rank];
  }

  /** Returns the end of a rank's slots: the first slot of the next rank. */
  public int to(int rank) {
    return from[rank + 1];
  }

  /** Returns the number of slots of all ranks. */
  public int slots() {
    return row.length;
  }

  /** Returns the rank of a slot. */
  public int rank(int slot) {
    return rankOf[slot];
  }

  /** Returns the expert in a slot. */
  public int expert(int slot) {
    return row[slot];
  }

  /** Returns the number of replicas of an expert. */
  public int replicas(int expert) {
    return replicas[expert];
  }

  /**
   * Returns the first slot that holds an expert, in the order of {@link HolderLists}; −1 if none.
   */
  public int firstSlot(int expert) {
    return holders.first(expert);
  }

  /** Returns the next slot that holds the same expert, or −1. */
  public int nextSlot(int slot) {
    return holders.next(slot);
  }

  /** Returns whether a rank holds an expert. */
  public boolean holds(int rank, int expert) {
    for (int slot = holders.first(expert); slot >= 0; slot = holders.next(slot)) {
      if (rankOf[slot] == rank) {
        return true;
      }
    }
    return false;
  }
}
