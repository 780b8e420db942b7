package io.eplb.core.migration;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Two valid tables of one shape. */
public record TablePair(EpTopology topology, ExpertTable current, ExpertTable next) {
  /** Returns two tables of one layer. */
  public static TablePair of(int experts, int ranks, int nodes, int[] current, int[] next) {
    int slots = current.length / ranks;
    return new TablePair(
        EpTopology.of(experts, ranks, nodes, 1, slots),
        ExpertTable.of(0, experts, Placement.of(1, ranks, slots, current)),
        ExpertTable.of(1, experts, Placement.of(1, ranks, slots, next)));
  }

  /** Returns the layers whose rows are not the same. */
  public List<Integer> layersThatDiffer() {
    List<Integer> differing = new ArrayList<>();
    for (int layer = 0; layer < current.layers(); layer++) {
      if (!current.sameLayer(layer, next.placement())) {
        differing.add(layer);
      }
    }
    return differing;
  }

  /** Rows are shuffled, some only a little, with duplicates on ranks and more or fewer replicas. */
  public static TablePair random(long seed) {
    Random random = new Random(seed);
    int nodes = 1 + random.nextInt(3);
    int ranks = nodes * (1 + random.nextInt(3));
    int experts = 1 + random.nextInt(12);
    int slots = (experts + ranks - 1) / ranks + random.nextInt(3);
    int layers = 1 + random.nextInt(2);
    Placement.Builder current = Placement.builder(layers, ranks, slots);
    Placement.Builder next = Placement.builder(layers, ranks, slots);
    for (int layer = 0; layer < layers; layer++) {
      int[] row = row(experts, ranks * slots, random);
      current.setLayer(layer, row, 0);
      switch (random.nextInt(3)) {
        case 0 -> row = row(experts, ranks * slots, random);
        case 1 -> shuffle(row, random);
        default -> rotate(row, 1 + random.nextInt(row.length));
      }
      next.setLayer(layer, row, 0);
    }
    return new TablePair(
        EpTopology.of(experts, ranks, nodes, 1, slots),
        ExpertTable.of(random.nextInt(5), experts, current.build()),
        ExpertTable.of(random.nextInt(5), experts, next.build()));
  }

  /**
   * Ranks are dead or short of slots in one table and not in the other, in both, or in neither;
   * otherwise rows are shuffled, with duplicates on ranks.
   */
  public static TablePair withEmptySlots(long seed) {
    Random random = new Random(seed);
    int nodes = 1 + random.nextInt(3);
    int ranks = nodes * (1 + random.nextInt(3));
    int slots = 1 + random.nextInt(4);
    boolean[] usableBefore = usable(ranks, slots, random);
    boolean[] usableAfter = usable(ranks, slots, random);
    int experts = 1 + random.nextInt(Math.min(count(usableBefore), count(usableAfter)));
    int layers = 1 + random.nextInt(2);
    Placement.Builder current = Placement.builder(layers, ranks, slots);
    Placement.Builder next = Placement.builder(layers, ranks, slots);
    for (int layer = 0; layer < layers; layer++) {
      int[] before = row(experts, usableBefore, random);
      current.setLayer(layer, before, 0);
      int[] after = row(experts, usableAfter, random);
      if (random.nextBoolean()) {
        keep(before, after, experts);
      }
      next.setLayer(layer, after, 0);
    }
    return new TablePair(
        EpTopology.of(experts, ranks, nodes, 1, slots),
        ExpertTable.of(random.nextInt(5), experts, current.build()),
        ExpertTable.of(random.nextInt(5), experts, next.build()));
  }

  private static boolean[] usable(int ranks, int slots, Random random) {
    boolean[] usable = new boolean[ranks * slots];
    while (count(usable) == 0) {
      for (int rank = 0; rank < ranks; rank++) {
        int slotsOfRank =
            random.nextInt(3) == 0 ? 0 : random.nextBoolean() ? slots : random.nextInt(slots + 1);
        for (int slot = 0; slot < slots; slot++) {
          usable[rank * slots + slot] = slot < slotsOfRank;
        }
      }
    }
    return usable;
  }

  private static int count(boolean[] usable) {
    int count = 0;
    for (boolean each : usable) {
      count += each ? 1 : 0;
    }
    return count;
  }

  private static int[] row(int experts, boolean[] usable, Random random) {
    int[] held = row(experts, count(usable), random);
    int[] row = new int[usable.length];
    int next = 0;
    for (int slot = 0; slot < row.length; slot++) {
      row[slot] = usable[slot] ? held[next++] : Placement.EMPTY;
    }
    return row;
  }

  /** Lets slots keep their experts where every expert stays placed. */
  private static void keep(int[] before, int[] after, int experts) {
    int[] replicas = new int[experts];
    for (int expert : after) {
      if (expert != Placement.EMPTY) {
        replicas[expert]++;
      }
    }
    for (int slot = 0; slot < after.length; slot++) {
      if (before[slot] != Placement.EMPTY
          && after[slot] != Placement.EMPTY
          && replicas[after[slot]] > 1) {
        replicas[after[slot]]--;
        after[slot] = before[slot];
        replicas[after[slot]]++;
      }
    }
  }

  private static int[] row(int experts, int slots, Random random) {
    int[] row = new int[slots];
    for (int slot = 0; slot < slots; slot++) {
      row[slot] = slot < experts ? slot : random.nextInt(experts);
    }
    shuffle(row, random);
    return row;
  }

  private static void shuffle(int[] row, Random random) {
    for (int last = row.length - 1; last > 0; last--) {
      int other = random.nextInt(last + 1);
      int swapped = row[last];
      row[last] = row[other];
      row[other] = swapped;
    }
  }

  private static void rotate(int[] row, int by) {
    int[] before = row.clone();
    for (int slot = 0; slot < row.length; slot++) {
      row[slot] = before[(slot + by) % row.length];
    }
  }
}
