package io.eplb.api.kit;

import java.util.Random;

/**
 * The rows that a layer can have before the policy is asked. Every kind holds every expert (rule
 * I3).
 */
enum TableKind {
  /** The layout that engines start from: slot p holds expert p mod E. */
  INITIAL {
    @Override
    int[] row(int experts, int slots, Random random) {
      return repeated(inOrder(experts), slots);
    }
  },
  /**
   * Experts in a random order, over and over: no duplicates on a rank where they can be avoided.
   */
  SHUFFLED {
    @Override
    int[] row(int experts, int slots, Random random) {
      int[] order = inOrder(experts);
      shuffle(order, random);
      return repeated(order, slots);
    }
  },
  /** One expert has every spare slot, next to each other: duplicates on the last ranks. */
  ONE_EXPERT_IN_EVERY_SPARE_SLOT {
    @Override
    int[] row(int experts, int slots, Random random) {
      int favourite = random.nextInt(experts);
      int[] row = new int[slots];
      for (int slot = 0; slot < row.length; slot++) {
        row[slot] = slot < experts ? slot : favourite;
      }
      return row;
    }
  },
  /** Random replicas on random ranks: duplicates anywhere. */
  WITH_DUPLICATES {
    @Override
    int[] row(int experts, int slots, Random random) {
      int[] row = new int[slots];
      for (int slot = 0; slot < row.length; slot++) {
        row[slot] = slot < experts ? slot : random.nextInt(experts);
      }
      shuffle(row, random);
      return row;
    }
  };

  /** Makes the row of one layer: the experts of its usable slots, rank by rank. */
  abstract int[] row(int experts, int slots, Random random);

  private static int[] inOrder(int experts) {
    int[] order = new int[experts];
    for (int expert = 0; expert < experts; expert++) {
      order[expert] = expert;
    }
    return order;
  }

  private static int[] repeated(int[] order, int slots) {
    int[] row = new int[slots];
    for (int slot = 0; slot < slots; slot++) {
      row[slot] = order[slot % order.length];
    }
    return row;
  }

  private static void shuffle(int[] values, Random random) {
    for (int last = values.length - 1; last > 0; last--) {
      int other = random.nextInt(last + 1);
      int swapped = values[last];
      values[last] = values[other];
      values[other] = swapped;
    }
  }
}
