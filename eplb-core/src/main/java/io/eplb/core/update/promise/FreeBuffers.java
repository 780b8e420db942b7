package io.eplb.core.update.promise;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The free buffers of all ranks during one update. Belongs to the updater's timeline. Example, for
 * a rank whose buffer 1 is still written to for an earlier planner:
 *
 * <pre>
 *   join says {0, 2}   usable 2
 *   take 1 → {0}       free 1
 *   giveBack {0}       free 2
 * </pre>
 */
final class FreeBuffers {
  private final BitSet[] free;
  private final int[] usable;

  /** Creates the buffers that the ranks have named when they joined. */
  FreeBuffers(List<RankLink.Joined> ranks) {
    free = new BitSet[ranks.size()];
    usable = new int[free.length];
    for (int rank = 0; rank < free.length; rank++) {
      BitSet own = new BitSet();
      ranks.get(rank).buffers().forEach(own::set);
      free[rank] = own;
      usable[rank] = own.cardinality();
    }
  }

  /** Returns the number of buffers that a rank could give if no layer held any. */
  int usable(int rank) {
    return usable[rank];
  }

  int free(int rank) {
    return free[rank].cardinality();
  }

  /** Takes the lowest free buffers of a rank; there are enough. */
  List<Integer> take(int rank, int count) {
    List<Integer> taken = new ArrayList<>(count);
    for (int buffer = free[rank].nextSetBit(0);
        taken.size() < count;
        buffer = free[rank].nextSetBit(buffer + 1)) {
      taken.add(buffer);
    }
    taken.forEach(free[rank]::clear);
    return taken;
  }

  void giveBack(int rank, List<Integer> buffers) {
    buffers.forEach(free[rank]::set);
  }
}
