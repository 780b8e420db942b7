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

  // Scratch of the alignment. Pairs are new rank × current rank; of most, nothing is in common.
  private final int[] common;
  private final int[] pairs;
  private int pairsFound;
  private final int[] place;
  private final boolean[] taken;

  /** The first slot of each expert in the placement, and the next one of each slot's expert. */
  private final int[] first;

  private final int[] next;

  /** The current rank, plus one, that was last seen to hold an expert. */
  private final int[] seenAt;

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
    this.pairs = new int[ranks * ranks];
    this.place = new int[ranks];
    this.taken = new boolean[ranks];
    this.first = new int[experts];
    this.next = new int[topology.physicalExperts()];
    this.seenAt = new int[experts];
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
    findCommon(current);
    Arrays.fill(place, NOT_MATCHED);
    Arrays.fill(taken, false);
    for (int level = slots; level > 0; level--) {
      for (int i = 0; i < pairsFound; i++) {
        int pair = pairs[i];
        int from = pair / ranks;
        int to = pair % ranks;
        if (common[pair] == level && place[from] == NOT_MATCHED && !taken[to]) {
          place[from] = to;
          taken[to] = true;
        }
      }
    }
    int free = 0;
    for (int from = 0; from < ranks; from++) {
      if (place[from] == NOT_MATCHED) {
        while (taken[free]) {
          free++;
        }
        place[from] = free++;
      }
      System.arraycopy(fresh, from * slots, row, place[from] * slots, slots);
    }
  }

  /** Counts how many slots of each new rank hold what each current rank holds; pairs in order. */
  private void findCommon(int[] current) {
    for (int i = 0; i < pairsFound; i++) {
      common[pairs[i]] = 0;
    }
    pairsFound = 0;
    Arrays.fill(first, NOT_MATCHED);
    for (int slot = fresh.length - 1; slot >= 0; slot--) {
      next[slot] = first[fresh[slot]];
      first[fresh[slot]] = slot;
    }
    Arrays.fill(seenAt, 0);
    for (int slot = 0; slot < current.length; slot++) {
      int to = slot / slots;
      int expert = current[slot];
      if (seenAt[expert] == to + 1) {
        continue;
      }
      seenAt[expert] = to + 1;
      for (int of = first[expert]; of != NOT_MATCHED; of = next[of]) {
        int pair = of / slots * ranks + to;
        if (common[pair]++ == 0) {
          pairs[pairsFound++] = pair;
        }
      }
    }
    Arrays.sort(pairs, 0, pairsFound);
  }
}
