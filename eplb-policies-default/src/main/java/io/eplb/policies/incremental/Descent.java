package io.eplb.policies.incremental;

/** Steepest descent of one layer's potential, one step per call. */
final class Descent {
  /** How many of the hottest ranks are tried before descent gives up. */
  private static final int HOT_RANKS = 3;

  private final LayerState state;
  private final SwapSearch swaps;
  private final ReplicaSearch replicas;
  private final BestStep best;
  private boolean swapsFirst;

  Descent(LayerState state) {
    this.state = state;
    this.best = new BestStep(state.slots);
    this.swaps = new SwapSearch(state, best);
    this.replicas = new ReplicaSearch(state);
  }

  /** Says whether replicas stay as they are until the hottest rank has no swap left to take. */
  void swapFirst(boolean first) {
    swapsFirst = first;
  }

  /** Takes the best step there is; returns false, and changes nothing, if none is worth it. */
  boolean step(MoveLimits limits) {
    double potential = state.potential();
    if (potential <= state.leastPotential() * (1.0 + MoveLimits.LEAST_FREE_GAIN)) {
      return false;
    }
    best.clear();
    for (int tried = 0; tried < Math.min(HOT_RANKS, state.ranks) && !best.found(); tried++) {
      swaps.search(state.order.at(tried), limits);
      swapsFirst &= best.found();
      if (tried == 0 && state.moved < limits.perLayer() && !swapsFirst) {
        replicas.search(limits, best);
      }
    }
    if (best.found()) {
      best.take(state);
    }
    return best.found();
  }

  /**
   * Gives one more replica to the expert that weighs most on the hottest rank, where that costs
   * least, gain or not; returns whether the limits allow one.
   */
  boolean splitLargest(MoveLimits limits) {
    int hot = state.order.at(0);
    int largest = -1;
    for (int slot = hot * state.slots; slot < (hot + 1) * state.slots; slot++) {
      int expert = state.row[slot];
      if (state.count[expert] < state.ranks
          && (largest < 0 || state.share[expert] > state.share[largest])) {
        largest = expert;
      }
    }
    return largest >= 0 && replicas.force(largest, limits);
  }
}
