package io.eplb.policies.incremental;

/** Finds the best exchange of a hot rank's expert for a lighter one of another rank. */
final class SwapSearch {
  private SwapSearch() {}

  /** Offers every legal swap out of {@code hot}; of equal ones the first, by rank, then slot. */
  static void search(LayerState state, int hot, MoveLimits limits, BestStep best) {
    double potential = state.potential();
    for (int other = 0; other < state.ranks; other++) {
      if (other != hot && state.burden[other] < state.burden[hot]) {
        searchPair(state, hot, other, potential, limits, best);
      }
    }
  }

  private static void searchPair(
      LayerState state, int hot, int other, double potential, MoveLimits limits, BestStep best) {
    int slots = state.slots;
    double freeGain = potential * MoveLimits.LEAST_FREE_GAIN;
    double hotBurden = state.burden[hot];
    double otherBurden = state.burden[other];
    double before = state.power[hot] + state.power[other];
    // A rank that has lost nobody gets none of its own back: what comes in is a transfer.
    int surely = (state.received[hot] > 0 ? 0 : 1) + (state.received[other] > 0 ? 0 : 1);
    for (int p = hot * slots; p < (hot + 1) * slots; p++) {
      int down = state.row[p];
      double downShare = state.share[down];
      int atLeast = surely - (state.newcomer[p] ? 1 : 0);
      for (int q = other * slots; q < (other + 1) * slots; q++) {
        int up = state.row[q];
        double shift = downShare - state.share[up];
        if (!(shift > 0.0 && otherBurden + shift < hotBurden)) {
          continue;
        }
        double hotAfter = hotBurden - shift;
        double otherAfter = otherBurden + shift;
        if (state.factors > 0) {
          hotAfter += state.half * jointChange(state, hot, down, up);
          otherAfter += state.half * jointChange(state, other, up, down);
        }
        double gain = before - LayerState.power(hotAfter) - LayerState.power(otherAfter);
        int least = atLeast - (state.newcomer[q] ? 1 : 0);
        if (gain > freeGain && gain > best.gainToBeat(least)) {
          offer(state, p, q, gain, potential, limits, best);
        }
      }
    }
  }

  private static void offer(
      LayerState state,
      int p,
      int q,
      double gain,
      double potential,
      MoveLimits limits,
      BestStep best) {
    int hot = p / state.slots;
    int other = q / state.slots;
    int down = state.row[p];
    int up = state.row[q];
    if (state.holds(hot, up) || state.holds(other, down)) {
      return;
    }
    int hotChange = state.receives(hot, down, up);
    int otherChange = state.receives(other, up, down);
    double price = state.price(hot, down, up) + state.price(other, up, down);
    if (limits.allowsLayer(state.moved, hotChange + otherChange)
        && limits.allowsRank(state.received[hot], hotChange)
        && limits.allowsRank(state.received[other], otherChange)
        && gain >= price * limits.leastGain() * potential) {
      best.offerSwap(gain, price, p, q);
    }
  }

  /** Change of a rank's sum of squared joint deviations if {@code in} takes the place of out. */
  private static double jointChange(LayerState state, int rank, int out, int in) {
    int factors = state.factors;
    double sum = 0.0;
    for (int k = 0; k < factors; k++) {
      double change = state.shareFactor[in * factors + k] - state.shareFactor[out * factors + k];
      sum += change * (2 * state.factor[rank * factors + k] + change);
    }
    return sum;
  }
}
