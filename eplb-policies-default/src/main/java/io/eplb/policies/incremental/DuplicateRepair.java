package io.eplb.policies.incremental;

/** Gives second replicas of an expert on one rank to other experts (rule P4). */
final class DuplicateRepair {
  private DuplicateRepair() {}

  /**
   * Replaces every second replica of an expert on one rank by the expert that adds most to its
   * ranks and is not there yet (the lowest of equals).
   *
   * @return whether all could be replaced within the limits
   */
  static boolean repair(LayerState state, MoveLimits limits) {
    for (int rank = 0; rank < state.ranks; rank++) {
      int from = rank * state.slots;
      for (int slot = from + 1; slot < from + state.slots; slot++) {
        if (heldBefore(state, from, slot) && !replace(state, slot, limits)) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean heldBefore(LayerState state, int from, int slot) {
    for (int earlier = from; earlier < slot; earlier++) {
      if (state.row[earlier] == state.row[slot]) {
        return true;
      }
    }
    return false;
  }

  private static boolean replace(LayerState state, int slot, MoveLimits limits) {
    int rank = state.rankOf[slot];
    int best = -1;
    for (int expert = 0; expert < state.experts; expert++) {
      if ((best < 0 || state.share[expert] > state.share[best]) && !state.holds(rank, expert)) {
        best = expert;
      }
    }
    // The expert that goes has another replica here, so what comes is always a transfer.
    if (best < 0
        || !limits.allowsLayer(state.moved, 1)
        || !limits.allowsRank(state.received[rank], 1)) {
      return false;
    }
    state.replicate(slot, -1, best);
    return true;
  }
}
