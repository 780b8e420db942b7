package io.eplb.policies.kernel;

import io.eplb.api.Placement;
import java.util.Arrays;

/**
 * The slots that hold each expert of a row, as linked lists in two arrays: expert {@code e} is held
 * by {@code first(e)}, {@code next(first(e))} and so on until {@link #NONE}. A change of one slot
 * takes at most as many steps as the expert has replicas.
 *
 * <p>Example: after {@code link} of the row {2, 0, 2}, {@code first(2)} is slot 0, {@code next(0)}
 * is slot 2 and {@code next(2)} is {@link #NONE}; {@code first(1)} is {@link #NONE}.
 */
public final class HolderLists {
  /** The end of a list. */
  public static final int NONE = -1;

  private final int[] first;
  private final int[] next;

  /** Creates the memory for rows of {@code slots} slots. */
  public HolderLists(int experts, int slots) {
    this.first = new int[experts];
    this.next = new int[slots];
  }

  /**
   * Lists the slots of every expert in {@code row}, in ascending order. {@link Placement#EMPTY}
   * slots are in no list.
   */
  public void link(int[] row) {
    Arrays.fill(first, NONE);
    for (int slot = next.length - 1; slot >= 0; slot--) {
      int expert = row[slot];
      if (expert != Placement.EMPTY) {
        next[slot] = first[expert];
        first[expert] = slot;
      }
    }
  }

  /** Returns the first slot that holds an expert, or {@link #NONE}. */
  public int first(int expert) {
    return first[expert];
  }

  /** Returns the next slot that holds the same expert, or {@link #NONE}. */
  public int next(int slot) {
    return next[slot];
  }

  /** Returns whether one of the slots {@code [from, to)} holds an expert. */
  public boolean isHeld(int expert, int from, int to) {
    for (int slot = first[expert]; slot >= 0; slot = next[slot]) {
      if (slot >= from && slot < to) {
        return true;
      }
    }
    return false;
  }

  /** Returns how many of the slots {@code [from, to)} hold an expert. */
  public int copies(int expert, int from, int to) {
    int copies = 0;
    for (int slot = first[expert]; slot >= 0; slot = next[slot]) {
      copies += slot >= from && slot < to ? 1 : 0;
    }
    return copies;
  }

  /** Takes a slot from its expert's list and puts it first into that of another. */
  public void move(int slot, int from, int to) {
    if (first[from] == slot) {
      first[from] = next[slot];
    } else {
      int before = first[from];
      while (next[before] != slot) {
        before = next[before];
      }
      next[before] = next[slot];
    }
    next[slot] = first[to];
    first[to] = slot;
  }
}
