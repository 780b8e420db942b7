package io.eplb.core.elastic;

import io.eplb.api.Placement;
import java.util.Arrays;

/**
 * Chooses the experts that ranks keep when each of them has fewer slots than before, so that as few
 * experts as possible are kept by none.
 *
 * <p>The most that can be kept is a greatest matching between experts and slots: every expert is
 * matched with one of its holders, every rank with at most as many experts as it has slots. The
 * matching grows by one shortest augmenting path per expert (H. W. Kuhn, 1955), the hottest expert
 * first, so that the experts that find no rank are the coolest possible (the matched sets of
 * experts are a matroid). Of equally hot experts the one with the lower id comes first. A rank with
 * slots to spare then keeps more of its experts, the hottest first.
 *
 * <p>An expert that is kept stays in its slot if that remains; others move to the lowest slots of
 * their rank that have become free.
 *
 * <p>Kernel: trusts its arguments.
 */
final class KeptExperts {
  private static final int NONE = -1;

  private KeptExperts() {}

  /** The memory that one layer needs. */
  static final class Scratch {
    private final int[] order;
    private final int[] keeper;
    private final int[] kept;
    private final int[] queue;
    private final int[] reachedBy;
    private final boolean[] keeps;

    Scratch(int experts, int ranks, int slotsPerRank) {
      this.order = new int[experts];
      this.keeper = new int[experts];
      this.kept = new int[ranks];
      this.queue = new int[ranks];
      this.reachedBy = new int[ranks];
      this.keeps = new boolean[slotsPerRank];
    }
  }

  /**
   * Chooses for one layer.
   *
   * @param row the experts held by the ranks that stay; other ranks are empty
   * @param slots the slots that each rank has from now on, at most those of the row
   * @param destination receives the row of the same shape, EMPTY where nothing is kept
   */
  static void choose(LayerRow row, int slots, int[] destination, Scratch scratch) {
    match(row, slots, scratch);
    Arrays.fill(destination, Placement.EMPTY);
    for (int rank = 0; rank < row.ranks(); rank++) {
      markKept(row, rank, slots, scratch);
      arrange(row, rank, slots, destination, scratch.keeps);
    }
  }

  private static void match(LayerRow row, int slots, Scratch scratch) {
    int held = 0;
    for (int expert = 0; expert < row.experts(); expert++) {
      if (row.count(expert) > 0) {
        scratch.order[held++] = expert;
      }
    }
    row.sortHottestFirst(scratch.order, held);
    Arrays.fill(scratch.keeper, NONE);
    Arrays.fill(scratch.kept, 0);
    for (int index = 0; index < held; index++) {
      augment(row, scratch.order[index], slots, scratch);
    }
  }

  /** Finds a rank for one more expert; others may change their rank, none loses it. */
  private static void augment(LayerRow row, int expert, int slots, Scratch scratch) {
    int[] queue = scratch.queue;
    int[] reachedBy = scratch.reachedBy;
    Arrays.fill(reachedBy, NONE);
    int queued = reach(row, expert, 0, scratch);
    for (int head = 0; head < queued; head++) {
      int rank = queue[head];
      if (scratch.kept[rank] < slots) {
        scratch.kept[rank]++;
        int to = rank;
        while (to != NONE) {
          int moved = reachedBy[to];
          int from = scratch.keeper[moved];
          scratch.keeper[moved] = to;
          to = from;
        }
        return;
      }
      for (int slot = rank * row.slots(); slot < (rank + 1) * row.slots(); slot++) {
        int other = row.at(slot);
        if (other != Placement.EMPTY && scratch.keeper[other] == rank) {
          queued = reach(row, other, queued, scratch);
        }
      }
    }
  }

  /** Queues the holders of an expert that have not been reached. */
  private static int reach(LayerRow row, int expert, int queued, Scratch scratch) {
    int end = queued;
    for (int slot = row.firstHolder(expert); slot != LayerRow.NONE; slot = row.nextHolder(slot)) {
      int rank = slot / row.slots();
      if (scratch.reachedBy[rank] == NONE) {
        scratch.reachedBy[rank] = expert;
        scratch.queue[end++] = rank;
      }
    }
    return end;
  }

  /** Marks the slots of a rank whose experts it keeps: its matched ones and the hottest others. */
  private static void markKept(LayerRow row, int rank, int slots, Scratch scratch) {
    boolean[] keeps = scratch.keeps;
    Arrays.fill(keeps, false);
    int base = rank * row.slots();
    for (int slot = 0; slot < row.slots(); slot++) {
      int expert = row.at(base + slot);
      keeps[slot] =
          expert != Placement.EMPTY
              && scratch.keeper[expert] == rank
              && !keptBefore(row, base, slot, keeps);
    }
    for (int spare = slots - scratch.kept[rank]; spare > 0; spare--) {
      int hottest = NONE;
      for (int slot = 0; slot < row.slots(); slot++) {
        int expert = row.at(base + slot);
        if (expert != Placement.EMPTY
            && !keptAnywhere(row, base, expert, keeps)
            && (hottest == NONE || row.load(expert) > row.load(row.at(base + hottest)))) {
          hottest = slot;
        }
      }
      if (hottest == NONE) {
        return;
      }
      keeps[hottest] = true;
    }
  }

  private static boolean keptBefore(LayerRow row, int base, int end, boolean[] keeps) {
    for (int slot = 0; slot < end; slot++) {
      if (keeps[slot] && row.at(base + slot) == row.at(base + end)) {
        return true;
      }
    }
    return false;
  }

  private static boolean keptAnywhere(LayerRow row, int base, int expert, boolean[] keeps) {
    for (int slot = 0; slot < keeps.length; slot++) {
      if (keeps[slot] && row.at(base + slot) == expert) {
        return true;
      }
    }
    return false;
  }

  private static void arrange(
      LayerRow row, int rank, int slots, int[] destination, boolean[] keeps) {
    int base = rank * row.slots();
    for (int slot = 0; slot < slots; slot++) {
      if (keeps[slot]) {
        destination[base + slot] = row.at(base + slot);
      }
    }
    int free = 0;
    for (int slot = slots; slot < row.slots(); slot++) {
      if (keeps[slot]) {
        while (keeps[free]) {
          free++;
        }
        destination[base + free++] = row.at(base + slot);
      }
    }
  }
}
