package io.eplb.policies.ascend;

import io.eplb.api.MigrationBudget;

/** Checks whole rows against a migration budget. */
final class MoveLimits {
  private MoveLimits() {}

  /**
   * Returns whether the change from {@code current} to {@code planned} is within the budget.
   *
   * @param stamps scratch per expert, of any content
   */
  static boolean allow(
      int[] current, int[] planned, int slots, MigrationBudget budget, int[] stamps) {
    int perLayer = budget.maxMovesPerLayer();
    int perRank = budget.maxMovesPerRank();
    if (perLayer == 0 && perRank == 0) {
      return true;
    }
    for (int expert = 0; expert < stamps.length; expert++) {
      stamps[expert] = -1;
    }
    int moved = 0;
    for (int from = 0; from < current.length; from += slots) {
      int received = 0;
      for (int slot = from; slot < from + slots; slot++) {
        stamps[current[slot]] = from;
      }
      for (int slot = from; slot < from + slots; slot++) {
        if (stamps[planned[slot]] != from) {
          stamps[planned[slot]] = from;
          received++;
        }
      }
      if (perRank > 0 && received > perRank) {
        return false;
      }
      moved += received;
    }
    return perLayer == 0 || moved <= perLayer;
  }
}
