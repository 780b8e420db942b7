package io.eplb.policies.incremental;

/**
 * Finds the expert that best fills the place of a replica that goes, and leaves its own place to a
 * new replica. Goes through the ranks from both ends, the hottest and the coldest, and leaves out
 * what cannot be the best.
 */
final class RelaySearch {
  /** More than what rounding may add to a gain, relative to the powers that it is made of. */
  private static final double ROUNDING = 1e-12;

  private final LayerState state;

  // The relay in hand.
  private int rank;
  private int donor;
  private double freed;
  private double freedPower;
  private double newShare;
  private int bestSlot;
  private double bestGain;

  RelaySearch(LayerState state) {
    this.state = state;
  }

  /**
   * Finds the slot whose expert best goes to slot p.
   *
   * @param p a slot that loses its replica
   * @param expert what gets a new replica in the slot that is found, of a rank that has none
   * @param newShare what that replica will add to its rank
   * @param worthwhile a gain below which there is no need to find anything
   * @return the slot, or −1; of equal ones the first
   */
  int search(int p, int expert, double newShare, double worthwhile) {
    this.rank = state.rankOf[p];
    this.donor = state.row[p];
    this.freed = state.burden[rank] - state.share[donor];
    this.freedPower = LayerState.power(freed);
    this.newShare = newShare;
    this.bestSlot = -1;
    this.bestGain = worthwhile;
    // The bound falls and then rises with the burden: what is between the ends is below both.
    int hottest = 0;
    int coldest = state.ranks - 1;
    for (int looked = 0; looked < state.mostSearched && hottest <= coldest; looked++) {
      double hotBound = bound(state.order.at(hottest));
      double coldBound = bound(state.order.at(coldest));
      if (Math.max(hotBound, coldBound) < bestGain) {
        break;
      }
      int other = state.order.at(hotBound >= coldBound ? hottest++ : coldest--);
      if (other != rank && !state.holds(other, expert)) {
        searchRank(other);
      }
    }
    return bestSlot;
  }

  /** Returns the gain of the slot that was found last, both ranks counted. */
  double gain() {
    return bestGain;
  }

  /** The most that a relay from a rank could gain, if the ranks ended up alike. */
  private double bound(int other) {
    double alike = (state.burden[other] + newShare + freed) / 2;
    return (state.power[other] + freedPower) * (1.0 + ROUNDING)
        - 2 * LayerState.power(alike) * (1.0 - ROUNDING);
  }

  /** The gain falls as the share of what is relayed leaves the middle. */
  private void searchRank(int other) {
    int from = other * state.slots;
    int to = from + state.slots;
    double ideal = (state.burden[other] + newShare - freed) / 2;
    int nearest = from;
    int end = to;
    while (nearest < end) {
      int middle = (nearest + end) >>> 1;
      if (state.slotShare[state.byShare[middle]] > ideal) {
        nearest = middle + 1;
      } else {
        end = middle;
      }
    }
    int i = nearest;
    while (i < to && tryRelay(state.byShare[i])) {
      i++;
    }
    i = nearest - 1;
    while (i >= from && tryRelay(state.byShare[i])) {
      i--;
    }
  }

  /** Weighs one relay; returns false if none farther from the middle can be better. */
  private boolean tryRelay(int q) {
    int other = state.rankOf[q];
    double relayed = state.slotShare[q];
    double otherPower = state.power[other];
    double gain =
        otherPower
            - LayerState.power(state.burden[other] - relayed + newShare)
            + freedPower
            - LayerState.power(freed + relayed);
    if (gain < bestGain) {
      return gain >= bestGain - (otherPower + freedPower) * ROUNDING;
    }
    boolean better = gain > bestGain || bestSlot < 0 || q < bestSlot;
    if (better && state.row[q] != donor && !state.holds(rank, state.row[q])) {
      bestGain = gain;
      bestSlot = q;
    }
    return true;
  }
}
