package io.eplb.core.update.protocol;

import io.eplb.api.InternalException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The buffers of all ranks: free, taken, or taken and set aside because a copy that was given up
 * may still write to them. Belongs to the updater's timeline. Example, for a rank of three buffers:
 *
 * <pre>
 *   take(2)       → {0, 1}   free 1, usable 3
 *   setAside(1)              free 1, usable 2: the copy into buffer 1 was given up and still runs
 *   giveBack(0)              free 2, usable 2
 *   giveBack(1)              free 3, usable 3: that copy has ended
 * </pre>
 */
final class BufferLedger {
  private final int[] total;
  private final BitSet[] free;
  private final BitSet[] aside;
  private int taken;
  private int setAside;
  private long changes;

  /** Creates a ledger with all buffers free. */
  BufferLedger(List<? extends RankAgent> ranks) {
    total = new int[ranks.size()];
    free = new BitSet[total.length];
    aside = new BitSet[total.length];
    for (int rank = 0; rank < total.length; rank++) {
      total[rank] = ranks.get(rank).buffers();
      free[rank] = new BitSet();
      free[rank].set(0, total[rank]);
      aside[rank] = new BitSet();
    }
  }

  int total(int rank) {
    return total[rank];
  }

  /** Returns the number of buffers that can be taken now. */
  int free(int rank) {
    return free[rank].cardinality();
  }

  /** Returns the number of buffers that could be taken without a layer in flight. */
  int usable(int rank) {
    return total[rank] - aside[rank].cardinality();
  }

  /** Takes the lowest free buffers. */
  List<Integer> take(int rank, int count) {
    List<Integer> buffers = new ArrayList<>(count);
    while (buffers.size() < count) {
      int buffer = free[rank].nextSetBit(0);
      if (buffer < 0) {
        throw new InternalException(
            "rank %d has too few free buffers; %d were asked for".formatted(rank, count));
      }
      free[rank].clear(buffer);
      buffers.add(buffer);
    }
    taken += count;
    changes++;
    return buffers;
  }

  /** Frees a taken buffer, set aside or not. */
  void giveBack(int rank, int buffer) {
    if (free[rank].get(buffer)) {
      throw new InternalException(
          "buffer %d of rank %d is given back twice; once is enough".formatted(buffer, rank));
    }
    if (aside[rank].get(buffer)) {
      aside[rank].clear(buffer);
      setAside--;
    }
    free[rank].set(buffer);
    taken--;
    changes++;
  }

  /** Sets a taken buffer aside until it is given back. */
  void setAside(int rank, int buffer) {
    if (!free[rank].get(buffer) && !aside[rank].get(buffer)) {
      aside[rank].set(buffer);
      setAside++;
      changes++;
    }
  }

  /** Returns the number of taken buffers of all ranks, those set aside included. */
  int taken() {
    return taken;
  }

  /** Returns the number of buffers of all ranks that are set aside. */
  int setAside() {
    return setAside;
  }

  /** Returns the number of changes so far. */
  long changes() {
    return changes;
  }
}
