package io.eplb.core.elastic;

import io.eplb.api.Dispatch;
import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import java.util.Arrays;
import java.util.Random;

/**
 * A random layer: each expert on at least one rank, no expert twice on one.
 *
 * @param experts the number of experts
 * @param ranks the number of ranks
 * @param slots the slots of a rank, at most the experts
 * @param row ranks × slots experts
 * @param loads one per expert
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record TestLayer(int experts, int ranks, int slots, int[] row, double[] loads) {
  /** Returns a layer of at most 16 experts and 8 ranks; about one in eight has no load at all. */
  static TestLayer random(Random random) {
    int experts = 1 + random.nextInt(16);
    int ranks = 1 + random.nextInt(8);
    int least = (experts + ranks - 1) / ranks;
    int slots = least + random.nextInt(Math.min(4, experts - least + 1));
    return random(experts, ranks, slots, random);
  }

  /** Returns a layer of a given shape. */
  static TestLayer random(int experts, int ranks, int slots, Random random) {
    int[] row = new int[ranks * slots];
    Arrays.fill(row, -1);
    for (int expert = 0; expert < experts; expert++) {
      int slot = random.nextInt(row.length);
      while (row[slot] >= 0) {
        slot = (slot + 1) % row.length;
      }
      row[slot] = expert;
    }
    for (int slot = 0; slot < row.length; slot++) {
      while (row[slot] < 0) {
        int expert = random.nextInt(experts);
        row[slot] = holds(row, slots, slot / slots, expert) ? -1 : expert;
      }
    }
    return new TestLayer(experts, ranks, slots, row, loads(experts, random));
  }

  private static double[] loads(int experts, Random random) {
    if (random.nextInt(8) == 0) {
      return new double[experts];
    }
    return random
        .doubles(experts)
        .map(uniform -> Math.floor(100 * uniform * uniform * uniform))
        .toArray();
  }

  static boolean holds(int[] row, int slots, int rank, int expert) {
    for (int slot = rank * slots; slot < (rank + 1) * slots; slot++) {
      if (row[slot] == expert) {
        return true;
      }
    }
    return false;
  }

  /** Returns random speeds of the ranks. */
  double[] speeds(Random random) {
    double[] speeds = new double[ranks];
    boolean equal = random.nextBoolean();
    Arrays.setAll(speeds, rank -> equal ? 1.0 : 0.25 + random.nextInt(8) / 4.0);
    return speeds;
  }

  /** Returns the layer's state with some slots emptied. */
  LayerRow state(int[] emptied, double[] speeds) {
    LayerRow state = new LayerRow(experts, ranks, slots, speeds);
    state.start(emptied, 0, loads, 0);
    return state;
  }

  /** Returns the peak of a state under a dispatch. */
  static RowPeak peak(Dispatch dispatch, LayerRow state) {
    EpRanks.Builder ranks =
        EpRanks.builder(EpTopology.of(state.experts(), state.ranks(), 1, 1, state.slots()));
    for (int rank = 0; rank < state.ranks(); rank++) {
      ranks.speed(rank, state.speed(rank));
    }
    return new RowPeak(dispatch, state, ranks.build());
  }

  /** Returns the row of a state. */
  static int[] rowOf(LayerRow state) {
    int[] row = new int[state.physicalSlots()];
    state.copyTo(row, 0);
    return row;
  }

  /** Returns the greatest number of experts that can be matched with different slots. */
  static int matching(int experts, int slots, Fit fit) {
    int[] expertOf = new int[slots];
    Arrays.fill(expertOf, -1);
    int matched = 0;
    for (int expert = 0; expert < experts; expert++) {
      matched += augment(expert, fit, expertOf, new boolean[slots]) ? 1 : 0;
    }
    return matched;
  }

  private static boolean augment(int expert, Fit fit, int[] expertOf, boolean[] tried) {
    for (int slot = 0; slot < expertOf.length; slot++) {
      if (fit.test(expert, slot) && !tried[slot]) {
        tried[slot] = true;
        if (expertOf[slot] < 0 || augment(expertOf[slot], fit, expertOf, tried)) {
          expertOf[slot] = expert;
          return true;
        }
      }
    }
    return false;
  }

  /** Says which experts can be matched with which slots. */
  interface Fit {
    boolean test(int expert, int slot);
  }
}
