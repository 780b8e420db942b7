package io.eplb.policies.incremental;

import io.eplb.api.EpTopology;
import io.eplb.policies.kernel.LayerPlacement;
import io.eplb.policies.kernel.NodeShape;
import java.util.Arrays;

/**
 * The placement that the policy {@code default} makes of a layer from scratch: what a plan that may
 * move what it likes must not be worse than. Owns its scratch; places one layer after the other.
 */
final class Reshuffle {
  private static final int NOT_MATCHED = -1;

  private final int experts;
  private final int ranks;
  private final int slots;
  private final LayerPlacement placement;
  private final int[] fresh;
  private final int[] count;

  // Scratch of the alignment: new rank × current rank; by new rank; by current rank; by expert.
  private final int[] common;
  private final int[] place;
  private final boolean[] taken;
  private final boolean[] held;

  Reshuffle(EpTopology topology) {
    this.experts = topology.experts();
    this.ranks = topology.ranks();
    this.slots = topology.slotsPerRank();
    this.placement =
        new LayerPlacement(
            NodeShape.of(experts, topology.expertGroups(), ranks, topology.nodes(), slots), false);
    this.fresh = new int[topology.physicalExperts()];
    this.count = new int[experts];
    this.common = new int[ranks * ranks];
    this.place = new int[ranks];
    this.taken = new boolean[ranks];
    this.held = new boolean[experts];
  }

  /** Places a layer of these loads by expert; returns false if it is idle. */
  boolean place(double[] loads) {
    return placement.place(loads, fresh);
  }

  /** The hottest rank's load in the placement, under these loads by expert. */
  double peak(double[] loads) {
    Arrays.fill(count, 0);
    for (int expert : fresh) {
      count[expert]++;
    }
    double peak = 0.0;
    for (int rank = 0; rank < ranks; rank++) {
      double load = 0.0;
      for (int slot = rank * slots; slot < (rank + 1) * slots; slot++) {
        load += loads[fresh[slot]] / count[fresh[slot]];
      }
      peak = Math.max(peak, load);
    }
    return peak;
  }

  /**
   * Copies the placement with its ranks in the order that keeps most experts: greedily, the pairs
   * with most in common first, of equals the lower new rank, then the lower current one.
   *
   * @param current the row in force
   * @param row receives the row
   */
  void copyAligned(int[] current, int[] row) {
    countCommon(current);
    Arrays.fill(place, NOT_MATCHED);
    Arrays.fill(taken, false);
    for (int level = slots; level >= 0; level--) {
      for (int pair = 0; pair < common.length; pair++) {
        int from = pair / ranks;
        int to = pair % ranks;
        if (common[pair] == level && place[from] == NOT_MATCHED && !taken[to]) {
          place[from] = to;
          taken[to] = true;
          System.arraycopy(fresh, from * slots, row, to * slots, slots);
        }
      }
    }
  }

  /** Counts how many slots of each new rank hold what each current rank holds. */
  private void countCommon(int[] current) {
    Arrays.fill(common, 0);
    for (int to = 0; to < ranks; to++) {
      Arrays.fill(held, false);
      for (int slot = to * slots; slot < (to + 1) * slots; slot++) {
        held[current[slot]] = true;
      }
      for (int slot = 0; slot < fresh.length; slot++) {
        common[slot / slots * ranks + to] += held[fresh[slot]] ? 1 : 0;
      }
    }
  }
}
