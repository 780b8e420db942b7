package io.eplb.core.serving;

import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import java.util.BitSet;

/**
 * The ranks of a group that run no steps: they have failed, or have returned and wait for a table
 * that places experts on them. Immutable.
 *
 * <p>Example: rank 3 fails, returns, and is filled again.
 *
 * <pre>
 *   lost(3)        away {3}   a table that places experts on rank 3 cannot be used
 *   returned(3)    away {3}   the next table that does so was made for the returned rank
 *   joined(table)  away { }   once steps begin with it
 * </pre>
 */
final class AbsentRanks {
  /** All ranks run steps. */
  static final AbsentRanks NONE = new AbsentRanks(new BitSet(), new BitSet(), 0, 0);

  private final BitSet away;
  private final BitSet returned;

  /** The time that steps wait for a table without these ranks, from each commit on. */
  private final long patience;

  /** The end of that time, on the gate's clock. */
  private final long deadline;

  private AbsentRanks(BitSet away, BitSet returned, long patience, long deadline) {
    this.away = away;
    this.returned = returned;
    this.patience = patience;
    this.deadline = deadline;
  }

  boolean contains(int rank) {
    return this != NONE && away.get(rank); // Asked at every step, and nearly always of NONE.
  }

  /** Returns the end of all waiting for a table without these ranks. */
  long deadline() {
    return deadline;
  }

  /** Returns whether a rank has failed and not returned. */
  boolean isLost(int rank) {
    return away.get(rank) && !returned.get(rank);
  }

  /** Adds a rank that has failed, or has failed again. */
  AbsentRanks lost(int rank, long newPatience, long now) {
    BitSet more = (BitSet) away.clone();
    more.set(rank);
    BitSet fewer = (BitSet) returned.clone();
    fewer.clear(rank);
    return new AbsentRanks(more, fewer, newPatience, now + newPatience);
  }

  /** Notes that a rank has returned; it stays absent. */
  AbsentRanks returned(int rank) {
    BitSet more = (BitSet) returned.clone();
    more.set(rank);
    return new AbsentRanks(away, more, patience, deadline);
  }

  /** Returns those that stay absent when steps begin with a new table. */
  AbsentRanks without(BitSet joined, long now) {
    BitSet staying = (BitSet) away.clone();
    staying.andNot(joined);
    BitSet waiting = (BitSet) returned.clone();
    waiting.andNot(joined);
    return staying.isEmpty() ? NONE : new AbsentRanks(staying, waiting, patience, now + patience);
  }

  /** Returns the ranks that have returned and get experts by a table. */
  BitSet joining(ExpertTable table) {
    BitSet joining = new BitSet();
    for (int rank = returned.nextSetBit(0); rank >= 0; rank = returned.nextSetBit(rank + 1)) {
      joining.set(rank, holdsAny(table, rank));
    }
    return joining;
  }

  /** Returns the first absent rank on which a table places an expert; −1 if there is none. */
  int firstNeededBy(ExpertTable table) {
    for (int rank = away.nextSetBit(0); rank >= 0; rank = away.nextSetBit(rank + 1)) {
      if (holdsAny(table, rank)) {
        return rank;
      }
    }
    return -1;
  }

  static boolean holdsAny(ExpertTable table, int rank) {
    for (int layer = 0; layer < table.layers(); layer++) {
      for (int slot = 0; slot < table.slotsPerRank(); slot++) {
        if (table.expertAt(layer, rank, slot) != Placement.EMPTY) {
          return true;
        }
      }
    }
    return false;
  }
}
