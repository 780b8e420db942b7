package io.eplb.policies.sweep;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import java.util.Arrays;
import java.util.Random;

/** Tables to start from. */
enum SweepTable {
  /** The engines' initial table. */
  INITIAL {
    @Override
    int[] row(EpTopology topology, Random random) {
      return initialRow(topology);
    }
  },
  /** Slots in a random order; a rank may have an expert twice. */
  SHUFFLED {
    @Override
    int[] row(EpTopology topology, Random random) {
      int[] row = initialRow(topology);
      shuffle(row, random);
      return row;
    }
  },
  /** All redundant slots hold replicas of few experts, side by side. */
  FULL_OF_DUPLICATES {
    @Override
    int[] row(EpTopology topology, Random random) {
      int[] row = initialRow(topology);
      int favourites = 1 + random.nextInt(3);
      for (int slot = topology.experts(); slot < row.length; slot++) {
        row[slot] = random.nextInt(Math.min(favourites, topology.experts()));
      }
      Arrays.sort(row);
      return row;
    }
  };

  abstract int[] row(EpTopology topology, Random random);

  ExpertTable draw(EpTopology topology, int layers, Random random) {
    int[] rows = new int[layers * topology.physicalExperts()];
    for (int layer = 0; layer < layers; layer++) {
      int[] row = row(topology, random);
      System.arraycopy(row, 0, rows, layer * row.length, row.length);
    }
    return ExpertTable.of(
        1,
        topology.experts(),
        Placement.of(layers, topology.ranks(), topology.slotsPerRank(), rows));
  }

  private static int[] initialRow(EpTopology topology) {
    int[] row = new int[topology.physicalExperts()];
    for (int slot = 0; slot < row.length; slot++) {
      row[slot] = slot % topology.experts();
    }
    return row;
  }

  private static void shuffle(int[] row, Random random) {
    for (int at = row.length - 1; at > 0; at--) {
      int other = random.nextInt(at + 1);
      int expert = row[at];
      row[at] = row[other];
      row[other] = expert;
    }
  }
}
