package io.eplb.core.update.protocol;

import io.eplb.api.InternalException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Which buffers of which rank are free, in use, or set aside because something that was given up
 * may still write to them. Belongs to the updater's timeline.
 */
final class BufferLedger {
  private final int[] total;
  private final BitSet[] free;
  private final BitSet[] aside;
  private int taken;
  private int setAside;
  private long changes;

  /** All buffers are free. */
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

  /** Returns how many buffers can be taken now. */
  int free(int rank) {
    return free[rank].cardinality();
  }

  /** Returns how many buffers could be taken if no layer was in flight. */
  int usable(int rank) {
    return total[rank] - aside[rank].cardinality();
  }

  /** Takes the lowest of the free buffers. */
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

  /** Makes a buffer free that was taken, set aside or not. */
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

  /** Counts on a buffer that was taken no more, until it is given back after all. */
  void setAside(int rank, int buffer) {
    if (!free[rank].get(buffer) && !aside[rank].get(buffer)) {
      aside[rank].set(buffer);
      setAside++;
      changes++;
    }
  }

  /** Returns how many buffers of all ranks are taken, those set aside included. */
  int taken() {
    return taken;
  }

  /** Returns how many buffers of all ranks are set aside. */
  int setAside() {
    return setAside;
  }

  /** Returns a number that differs from an earlier one if anything else has changed since. */
  long changes() {
    return changes;
  }
}
