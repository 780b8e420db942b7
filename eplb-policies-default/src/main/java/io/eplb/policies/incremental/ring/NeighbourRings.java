package io.eplb.policies.incremental.ring;

import io.eplb.policies.incremental.layer.LivingRanks;
import java.util.Arrays;

/**
 * The rings that the ranks of each part form: a part is all living ranks, or a node if its experts
 * stay there. In each ring, every rank of a part has one next rank, and following it visits the
 * whole part. The first ring has the ranks in their order. Each further one takes larger steps, and
 * no two rings join the same two ranks as long as the part is large enough: so even few ranks have
 * many neighbours outside, and load gets far in few hops (an <em>expander</em>; a random union of
 * rings is one: Friedman, <em>A Proof of Alon's Second Eigenvalue Conjecture</em>, 2008).
 *
 * <p>Example: eight ranks. The first ring is 0 1 2 3 4 5 6 7, the second 0 3 6 1 4 7 2 5.
 *
 * <p>Immutable.
 */
final class NeighbourRings {
  /** Steps in proportion to the multiples of the golden ratio differ as much as they can. */
  private static final double GOLDEN = 0.618033988749895;

  private final int rings;

  /** The first rank of each rank's part, and the number of its ranks. */
  private final int[] partFrom;

  private final int[] partSize;

  /** The steps by ring and rank. */
  private final int[] steps;

  /**
   * Creates the rings of the living ranks.
   *
   * @param keepsNodes whether the parts are the nodes
   */
  NeighbourRings(LivingRanks ranks, boolean keepsNodes, int rings) {
    int count = ranks.ranks();
    this.rings = rings;
    this.partFrom = new int[count];
    this.partSize = new int[count];
    this.steps = new int[rings * count];
    for (int from = 0; from < count; ) {
      int to = from + 1;
      while (to < count && !(keepsNodes && ranks.node(to) != ranks.node(from))) {
        to++;
      }
      Arrays.fill(partFrom, from, to, from);
      Arrays.fill(partSize, from, to, to - from);
      int[] stepOf = steps(to - from, rings);
      for (int ring = 0; ring < rings; ring++) {
        Arrays.fill(steps, ring * count + from, ring * count + to, stepOf[ring]);
      }
      from = to;
    }
  }

  /** Returns the step of each ring over {@code size} ranks, prime to it. */
  private static int[] steps(int size, int rings) {
    int[] stepOf = new int[rings];
    boolean[] used = new boolean[size / 2 + 1];
    for (int ring = 0; ring < rings; ring++) {
      double turns = ring * GOLDEN;
      double wanted = size * Math.abs(turns - Math.rint(turns));
      int step = nearest(size, wanted, used);
      if (step == 0) {
        // All are used; begin anew.
        Arrays.fill(used, false);
        step = nearest(size, wanted, used);
      }
      stepOf[ring] = step;
      if (step < used.length) {
        used[step] = true;
      }
    }
    return stepOf;
  }

  /** Returns the unused step that is nearest to the one wanted; 0 if there is none. */
  private static int nearest(int size, double wanted, boolean[] used) {
    if (size < 2) {
      return 1;
    }
    int nearest = 0;
    for (int step = 1; step < used.length; step++) {
      if (!used[step]
          && isPrimeTo(step, size)
          && (nearest == 0 || Math.abs(step - wanted) < Math.abs(nearest - wanted))) {
        nearest = step;
      }
    }
    return nearest;
  }

  private static boolean isPrimeTo(int a, int b) {
    int larger = b;
    int smaller = a;
    while (smaller != 0) {
      int rest = larger % smaller;
      larger = smaller;
      smaller = rest;
    }
    return larger == 1;
  }

  int rings() {
    return rings;
  }

  int ranks() {
    return partFrom.length;
  }

  /** Returns the first rank of a rank's part, by which the part is named. */
  int part(int rank) {
    return partFrom[rank];
  }

  /** Returns the number of ranks of a rank's part. */
  int partSize(int rank) {
    return partSize[rank];
  }

  /** Returns the rank that is {@code hops} hops after a rank in a ring. */
  int after(int rank, int ring, int hops) {
    int size = partSize[rank];
    long distance = (long) steps[ring * partFrom.length + rank] * hops;
    return partFrom[rank] + (int) ((rank - partFrom[rank] + distance) % size);
  }

  /** Returns the rank before a rank in a ring. */
  int before(int rank, int ring) {
    return after(rank, ring, partSize[rank] - 1);
  }
}
