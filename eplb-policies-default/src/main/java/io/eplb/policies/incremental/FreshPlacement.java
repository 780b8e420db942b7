package io.eplb.policies.incremental;

import io.eplb.policies.incremental.layer.LivingRanks;
import io.eplb.policies.kernel.HolderLists;
import io.eplb.policies.kernel.LayerPlacement;
import java.util.Arrays;

/**
 * The placement of a layer from scratch by the policy {@code default}: an upper bound for the peak
 * of a plan whose moves are free. Owns its scratch; places one layer after the other.
 */
final class FreshPlacement {
  private static final int NOT_MATCHED = -1;

  private final LivingRanks living;
  private final int ranks;
  private final LayerPlacement placement;
  private final HolderLists holders;
  private final int[] tableRow;
  private final int[] row;
  private final int[] rankOf;
  private final int[] counts;
  private final double[] shares;

  // Scratch of the alignment. Pairs are new rank × current rank; most have nothing in common.
  private final int[] common;
  private final int[] pairs;
  private int pairsFound;
  private final int[] place;
  private final boolean[] taken;

  /** The last current rank, plus one, in which each expert was found. */
  private final int[] seenAt;

  FreshPlacement(LivingRanks living) {
    int experts = living.topology().experts();
    this.living = living;
    this.ranks = living.ranks();
    this.placement = LayerPlacement.of(living.topology(), living.inTable());
    this.holders = new HolderLists(experts, living.slots());
    this.tableRow = new int[living.topology().physicalExperts()];
    this.row = new int[living.slots()];
    this.rankOf = new int[living.slots()];
    for (int rank = 0; rank < ranks; rank++) {
      Arrays.fill(rankOf, living.from(rank), living.from(rank + 1), rank);
    }
    this.counts = new int[experts];
    this.shares = new double[experts];
    this.common = new int[ranks * ranks];
    this.pairs = new int[ranks * ranks];
    this.place = new int[ranks];
    this.taken = new boolean[ranks];
    this.seenAt = new int[experts];
  }

  /** Places a layer with these loads by expert; returns false if the layer is idle. */
  boolean place(double[] loads) {
    if (!placement.place(loads, tableRow)) {
      return false;
    }
    living.gather(tableRow, row);
    return true;
  }

  /**
   * Returns the load of the hottest rank in the placement, relative to its capacity, under these
   * loads by expert.
   */
  double peak(double[] loads) {
    return living.peak(row, loads, counts, shares);
  }

  /**
   * Copies the placement with its ranks renumbered so that many experts stay on their rank. A rank
   * takes the place of one that is as fast and has as many slots. Pairs of a new and a current rank
   * are chosen greedily, those with most experts in common first. Among equal pairs the lower new
   * rank comes first, then the lower current one.
   *
   * @param current the row in force
   * @param aligned receives the row
   */
  void copyAligned(int[] current, int[] aligned) {
    findCommon(current);
    Arrays.fill(place, NOT_MATCHED);
    Arrays.fill(taken, false);
    for (int level = living.mostSlots(); level > 0; level--) {
      for (int i = 0; i < pairsFound; i++) {
        int pair = pairs[i];
        int from = pair / ranks;
        int to = pair % ranks;
        if (common[pair] == level
            && place[from] == NOT_MATCHED
            && !taken[to]
            && isAlike(from, to)) {
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
        int to = free;
        while (taken[to] || !isAlike(from, to)) {
          to++;
        }
        place[from] = to;
        taken[to] = true;
      }
      int slots = living.from(from + 1) - living.from(from);
      System.arraycopy(row, living.from(from), aligned, living.from(place[from]), slots);
    }
  }

  private boolean isAlike(int rank, int other) {
    return living.capacity(rank) == living.capacity(other)
        && living.from(rank + 1) - living.from(rank) == living.from(other + 1) - living.from(other);
  }

  /**
   * Counts the slots of each new rank whose expert each current rank holds, and lists the pairs in
   * order.
   */
  private void findCommon(int[] current) {
    for (int i = 0; i < pairsFound; i++) {
      common[pairs[i]] = 0;
    }
    pairsFound = 0;
    holders.link(row);
    Arrays.fill(seenAt, 0);
    for (int slot = 0; slot < current.length; slot++) {
      int to = rankOf[slot];
      int expert = current[slot];
      if (seenAt[expert] == to + 1) {
        continue;
      }
      seenAt[expert] = to + 1;
      for (int holder = holders.first(expert); holder >= 0; holder = holders.next(holder)) {
        int pair = rankOf[holder] * ranks + to;
        if (common[pair]++ == 0) {
          pairs[pairsFound++] = pair;
        }
      }
    }
    Arrays.sort(pairs, 0, pairsFound);
  }
}
