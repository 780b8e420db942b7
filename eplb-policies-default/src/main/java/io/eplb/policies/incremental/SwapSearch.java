package io.eplb.policies.incremental;

/**
 * Finds the best exchange of a hot rank's expert for a lighter one of another rank. Goes through
 * the others from the coldest on, and leaves out what the limits forbid or what cannot beat the
 * best exchange found so far.
 */
final class SwapSearch {
  /** More than what rounding may add to a gain, relative to the potential of the two ranks. */
  private static final double ROUNDING = 1e-12;

  /** How many times as many ranks are searched as long as nothing is found. */
  private static final int PATIENCE = 2;

  private final LayerState state;
  private final BestStep best;
  private final SwapPrices prices;
  private final JointLoads joint;
  private double leastFreeGain;
  private double leastGainPerPrice;
  private int room;

  // The pair of ranks in hand.
  private int hot;
  private int other;
  private double before;
  private double slack;
  private int nearest;

  /** Searches steps out of a state, to be offered to {@code best}. */
  SwapSearch(LayerState state, BestStep best) {
    this.state = state;
    this.best = best;
    this.prices = new SwapPrices(state);
    this.joint = new JointLoads(state);
  }

  /** Offers the best legal swap out of a hot rank; of equal ones the first, by rank, then slot. */
  void search(int hotRank, MoveLimits limits) {
    hot = hotRank;
    double potential = state.potential();
    leastFreeGain = potential * MoveLimits.LEAST_FREE_GAIN;
    leastGainPerPrice = potential * limits.leastGain();
    room = Math.max(0, limits.perLayer() - state.moved);
    prices.setHot(hot);
    double heaviest = state.slotShare[state.byShare[hot * state.slots]];
    for (int place = state.ranks - 1; place >= 0; place--) {
      int searched = state.ranks - 1 - place;
      if (searched >= (best.found() ? 1 : PATIENCE) * state.mostSearched) {
        break;
      }
      other = state.order.at(place);
      if (!(state.burden[other] < state.burden[hot])) {
        break;
      }
      before = state.power[hot] + state.power[other];
      slack = before * ROUNDING;
      double most = Double.POSITIVE_INFINITY;
      if (state.factors > 0) {
        most = mostPrice(joint.bound(hot, other));
      } else {
        double lightest = state.slotShare[state.byShare[(other + 1) * state.slots - 1]];
        most = mostPrice(boundOfShift(heaviest - lightest));
        // Nobody from here on is colder, so nobody could gain more.
        if (most < 0.0 && mostPrice(boundOfShift(heaviest)) < 0.0) {
          break;
        }
      }
      if (most >= 0.0 && prices.leastPrice(other) <= most && prices.leastChange(other) <= room) {
        searchPair(most, limits);
      }
    }
  }

  private void searchPair(double mostPrice, MoveLimits limits) {
    prices.setOther(other);
    if (prices.leastDown + prices.leastUp > mostPrice) {
      return;
    }
    if (state.factors > 0) {
      joint.meet(hot, other);
    }
    nearest = other * state.slots;
    for (int i = hot * state.slots; i < (hot + 1) * state.slots; i++) {
      int p = state.byShare[i];
      int down = p - hot * state.slots;
      double mostUp = mostPrice - prices.down[down];
      if (prices.downChange[down] + prices.leastUpChange <= room && prices.leastUp <= mostUp) {
        if (state.factors > 0) {
          searchJoint(p, mostUp, limits);
        } else if (prices.mostUp <= mostUp) {
          searchPlain(p, limits);
        } else {
          searchCheaper(p, mostUp, limits);
        }
      }
    }
  }

  /** The most that can be gained from the pair by shifting at most so much. */
  private double boundOfShift(double most) {
    double shift = Math.min(most, (state.burden[hot] - state.burden[other]) / 2);
    return shift <= 0.0
        ? 0.0
        : before
            - LayerState.power(state.burden[hot] - shift)
            - LayerState.power(state.burden[other] + shift);
  }

  /**
   * The most that a swap may cost if it gains at most so much; negative if it is no good at all.
   */
  private double mostPrice(double bound) {
    double gain = bound + slack;
    if (gain < leastFreeGain) {
      return -1.0;
    }
    double most = best.mostPrice(gain);
    if (leastGainPerPrice * most > gain) {
      most = gain / leastGainPerPrice;
    }
    return most < 0.0 ? -1.0 : most + (most + 1.0) * ROUNDING;
  }

  /** What a step of this price has to gain to be offered, less what rounding may take from it. */
  private double leastGain(double price) {
    double beaten = best.gainToBeat(price);
    double paid = leastGainPerPrice * price;
    double least = beaten > paid ? beaten : paid;
    return (least > leastFreeGain ? least : leastFreeGain) - slack;
  }

  /** Without joint deviations the gain falls as the shift leaves the middle between the ranks. */
  private void searchPlain(int p, MoveLimits limits) {
    int from = other * state.slots;
    int to = from + state.slots;
    double least = leastGain(prices.down[p - hot * state.slots] + prices.leastUp);
    double idealShare = state.slotShare[p] - (state.burden[hot] - state.burden[other]) / 2;
    // The slots of the hot rank come by falling share, and so do the ideals.
    while (nearest < to && state.slotShare[state.byShare[nearest]] > idealShare) {
      nearest++;
    }
    int j = nearest;
    while (j < to && tryPlain(p, state.byShare[j], least, limits)) {
      j++;
    }
    j = nearest - 1;
    while (j >= from && tryPlain(p, state.byShare[j], least, limits)) {
      j--;
    }
  }

  /** Offers one swap; returns false if none with a shift farther from the middle can do better. */
  private boolean tryPlain(int p, int q, double least, MoveLimits limits) {
    double shift = state.slotShare[p] - state.slotShare[q];
    double hotBurden = state.burden[hot];
    double otherAfter = state.burden[other] + shift;
    if (!(shift > 0.0 && otherAfter < hotBurden)) {
      return false;
    }
    double gain = before - LayerState.power(hotBurden - shift) - LayerState.power(otherAfter);
    if (gain < least) {
      return false;
    }
    offer(p, q, gain, limits);
    return true;
  }

  private void searchCheaper(int p, double mostUp, MoveLimits limits) {
    for (int k = 0; k < prices.cheaperSlots; k++) {
      int q = prices.cheaper[k];
      double up = prices.up[q - other * state.slots];
      if (up <= mostUp) {
        tryPlain(p, q, leastGain(prices.down[p - hot * state.slots] + up), limits);
      }
    }
  }

  private void searchJoint(int p, double mostUp, MoveLimits limits) {
    int from = other * state.slots;
    int i = p - hot * state.slots;
    double downShare = state.slotShare[p];
    double downPrice = prices.down[i];
    int mostChange = room - prices.downChange[i];
    double hotBurden = state.burden[hot];
    double otherBurden = state.burden[other];
    for (int j = 0; j < state.slots; j++) {
      double shift = downShare - state.slotShare[from + j];
      if (shift > 0.0
          && otherBurden + shift < hotBurden
          && prices.upChange[j] <= mostChange
          && prices.up[j] <= mostUp) {
        double least = leastGain(downPrice + prices.up[j]);
        if (joint.boundOfSwap(i, j, shift) >= least) {
          double gain = joint.gain(i, j, shift);
          if (gain >= least) {
            offer(p, from + j, gain, limits);
          }
        }
      }
    }
  }

  private void offer(int p, int q, double gain, MoveLimits limits) {
    double price = prices.down[p - hot * state.slots] + prices.up[q - other * state.slots];
    if (gain < leastGain(price) || !prices.isLegal(p, q)) {
      return;
    }
    int hotChange = prices.hotChange(p, q);
    int otherChange = prices.otherChange(p, q);
    if (gain > leastFreeGain
        && gain >= leastGainPerPrice * price
        && limits.allowsLayer(state.moved, hotChange + otherChange)
        && limits.allowsRank(state.received[hot], hotChange)
        && limits.allowsRank(state.received[other], otherChange)) {
      best.offerSwap(gain, price, p, q);
    }
  }
}
