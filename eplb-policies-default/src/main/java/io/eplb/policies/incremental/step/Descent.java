package io.eplb.policies.incremental.step;

import io.eplb.policies.incremental.layer.Assignment;
import io.eplb.policies.incremental.layer.LayerBudget;
import io.eplb.policies.incremental.layer.LayerState;
import io.eplb.policies.incremental.layer.RankBurdens;

/** Steepest descent of one layer's potential, one step per call. */
public final class Descent {
  /** The number of hottest ranks that are tried before descent gives up. */
  private static final int HOT_RANKS = 3;

  private static final int RANKS_SEARCHED = 32;
  private static final int SLOTS_SEARCHED = 512;

  private final LayerState state;
  private final Assignment current;
  private final RankBurdens burdens;
  private final SwapSearch swaps;
  private final ReplicationSearch replications;
  private final BestStep best;
  private boolean swapsFirst;

  /** Creates the memory for descents of a state. */
  public Descent(LayerState state) {
    this.state = state;
    this.current = state.current();
    this.burdens = state.burdens();
    this.best = new BestStep(current);
    this.swaps = new SwapSearch(state, best);
    this.replications = new ReplicationSearch(state);
  }

  /**
   * Returns the most ranks that a search for one step examines. The best step is nearly always
   * among the hottest and the coldest ranks, so a few of thousands suffice.
   */
  static int mostRanksSearched(Assignment current) {
    return Math.max(RANKS_SEARCHED, SLOTS_SEARCHED / current.mostSlots());
  }

  /** Sets whether replicas stay unchanged while the hottest rank has a swap with a gain. */
  public void swapFirst(boolean first) {
    swapsFirst = first;
  }

  /** Takes the best step; returns false and changes nothing if none is worth its price. */
  public boolean step(LayerBudget budget) {
    double potential = burdens.potential();
    if (potential <= burdens.leastPotential() * (1.0 + LayerBudget.LEAST_FREE_GAIN)) {
      return false;
    }
    best.clear();
    for (int tried = 0; tried < Math.min(HOT_RANKS, current.ranks()) && !best.found(); tried++) {
      swaps.search(burdens.rankAt(tried), budget);
      swapsFirst &= best.found();
      if (tried == 0 && state.transfers().moved() < budget.perLayer() && !swapsFirst) {
        replications.search(budget, best);
      }
    }
    if (best.found()) {
      best.take(state);
    }
    return best.found();
  }

  /**
   * Gives one more replica to the expert of the largest share on the hottest rank, in the best
   * slot, even if the potential rises. Returns whether the budget allows one.
   */
  public boolean splitLargest(LayerBudget budget) {
    int hot = burdens.rankAt(0);
    int largest = -1;
    for (int slot = current.from(hot); slot < current.to(hot); slot++) {
      int expert = current.expert(slot);
      if (current.replicas(expert) < current.ranks()
          && (largest < 0 || burdens.share(expert) > burdens.share(largest))) {
        largest = expert;
      }
    }
    return largest >= 0 && replications.force(largest, budget);
  }
}
