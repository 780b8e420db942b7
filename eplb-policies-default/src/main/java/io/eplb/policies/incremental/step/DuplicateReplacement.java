package io.eplb.policies.incremental.step;

import io.eplb.policies.incremental.layer.Assignment;
import io.eplb.policies.incremental.layer.LayerBudget;
import io.eplb.policies.incremental.layer.LayerState;
import io.eplb.policies.incremental.layer.RankBurdens;

/** Gives the slots of second replicas of an expert on one rank to other experts (rule P4). */
public final class DuplicateReplacement {
  private DuplicateReplacement() {}

  /**
   * Replaces every second replica of an expert on one rank by the expert of the largest share that
   * the rank does not hold yet (the lowest among equals). A rank of more slots than {@code
   * mostDistinct} is left alone.
   *
   * @param mostDistinct the number of different experts that a rank may hold
   * @return whether all could be replaced within the budget
   */
  public static boolean replaceAll(LayerState state, int mostDistinct, LayerBudget budget) {
    Assignment current = state.current();
    for (int slot = 0; slot < current.slots(); slot++) {
      int rank = current.rank(slot);
      int from = current.from(rank);
      if (current.to(rank) - from <= mostDistinct
          && isHeldBefore(current, from, slot)
          && !replace(state, slot, budget)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isHeldBefore(Assignment current, int from, int slot) {
    for (int earlier = from; earlier < slot; earlier++) {
      if (current.expert(earlier) == current.expert(slot)) {
        return true;
      }
    }
    return false;
  }

  private static boolean replace(LayerState state, int slot, LayerBudget budget) {
    Assignment current = state.current();
    RankBurdens burdens = state.burdens();
    int rank = current.rank(slot);
    int best = -1;
    for (int expert = 0; expert < current.experts(); expert++) {
      if ((best < 0 || burdens.share(expert) > burdens.share(best))
          && !current.holds(rank, expert)) {
        best = expert;
      }
    }
    // The replaced expert stays on the rank in another slot, so the new one is always a transfer.
    if (best < 0 || !state.transfers().allow(budget, rank, 1)) {
      return false;
    }
    state.replicate(slot, -1, best);
    return true;
  }
}
