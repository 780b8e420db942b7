package io.eplb.policies.ascend;

import io.eplb.api.Placement;
import io.eplb.policies.kernel.HolderLists;
import io.eplb.policies.kernel.LayerRow;
import io.eplb.policies.kernel.RankCapacity;
import java.util.Arrays;

/**
 * A change of a layer's row in progress: the row in force, the row so far, the holders of each
 * expert in both, and the number of experts that the change moves.
 *
 * <p>An expert moves to a rank that holds it in the row so far and not in the row in force. It
 * counts once even if several of the rank's slots hold it. An expert that returns costs nothing,
 * and one that goes on to another rank counts there only. Example: from {@code 0 1 | 2 3} to {@code
 * 2 1 | 0 3} two experts move; after a change back to {@code 0 1 | 2 3} none has moved. The budget
 * check of whole rows, {@link LayerRow#withinBudget}, counts the same way, but from scratch.
 *
 * <p>Reused from layer to layer. Not safe for use by several threads.
 */
final class RowChange {
  private final int slots;
  private final int[] before;
  private final int[] row;
  private final int[] replicas;
  private final int[] received;
  private final HolderLists heldBefore;
  private final HolderLists held;
  private int moved;

  /** Creates the memory for rows of one shape, with EMPTY in slots that a rank cannot use. */
  RowChange(int experts, RankCapacity capacity) {
    slots = capacity.slots;
    before = new int[capacity.ranks * slots];
    row = new int[before.length];
    replicas = new int[experts];
    received = new int[capacity.ranks];
    heldBefore = new HolderLists(experts, row.length);
    held = new HolderLists(experts, row.length);
  }

  /** Sets the row in force and starts from it. */
  void start(int[] inForce) {
    System.arraycopy(inForce, 0, before, 0, before.length);
    heldBefore.link(before);
    reset();
  }

  /** Starts again from the row in force. */
  void reset() {
    restore(before);
  }

  /** Replaces the row so far by another. */
  void restore(int[] other) {
    System.arraycopy(other, 0, row, 0, row.length);
    LayerRow.countReplicas(row, replicas);
    held.link(row);
    Arrays.fill(received, 0);
    moved = 0;
    for (int slot = 0; slot < row.length; slot++) {
      int rank = slot / slots;
      if (row[slot] != Placement.EMPTY && !heldBefore(rank, row[slot]) && isFirst(slot)) {
        count(rank, 1);
      }
    }
  }

  /** Puts an expert into a slot that its rank can use. */
  void put(int slot, int expert) {
    int old = row[slot];
    if (old == expert) {
      return;
    }
    int rank = slot / slots;
    if (!heldBefore(rank, expert) && !holds(rank, expert)) {
      count(rank, 1);
    }
    held.move(slot, old, expert);
    if (!heldBefore(rank, old) && !holds(rank, old)) {
      count(rank, -1);
    }
    row[slot] = expert;
    replicas[old]--;
    replicas[expert]++;
  }

  private void count(int rank, int change) {
    received[rank] += change;
    moved += change;
  }

  /** Exchanges the experts of two slots. */
  void swap(int slot, int other) {
    int expert = row[slot];
    put(slot, row[other]);
    put(other, expert);
  }

  /**
   * Returns the number of moves, −1 to 1, that are added if a rank replaces one copy of an expert
   * by an expert that it does not hold.
   */
  int cost(int rank, int gives, int takes) {
    int cost = heldBefore(rank, takes) ? 0 : 1;
    return heldBefore(rank, gives) || copies(rank, gives) > 1 ? cost : cost - 1;
  }

  /** Returns the expert in a slot of the row so far; EMPTY if its rank cannot use it. */
  int expertAt(int slot) {
    return row[slot];
  }

  /** Returns whether no earlier slot of its rank holds the same expert in the row so far. */
  boolean isFirst(int slot) {
    return !LayerRow.holds(row, slot / slots * slots, slot, row[slot]);
  }

  /** Returns the replicas of an expert in the row so far. */
  int replicas(int expert) {
    return replicas[expert];
  }

  /** Returns whether a rank holds an expert in the row so far. */
  boolean holds(int rank, int expert) {
    return held.isHeld(expert, rank * slots, (rank + 1) * slots);
  }

  /** Returns whether a rank holds an expert in the row in force. */
  boolean heldBefore(int rank, int expert) {
    return heldBefore.isHeld(expert, rank * slots, (rank + 1) * slots);
  }

  /** Returns how many slots of a rank hold an expert in the row so far. */
  int copies(int rank, int expert) {
    return held.copies(expert, rank * slots, (rank + 1) * slots);
  }

  /** Returns the slots of each expert in the row so far, read only. */
  HolderLists held() {
    return held;
  }

  /** Returns the slots of each expert in the row in force, read only. */
  HolderLists heldBefore() {
    return heldBefore;
  }

  /** Returns the number of experts that a rank receives. */
  int received(int rank) {
    return received[rank];
  }

  /** Returns the number of experts that all ranks receive. */
  int moved() {
    return moved;
  }

  /** Copies the row so far. */
  void copyRow(int[] destination) {
    System.arraycopy(row, 0, destination, 0, row.length);
  }
}
