package io.eplb.policies.incremental;

/**
 * Finds the best exchange of a hot rank's expert for a lighter one of another rank. Goes through
 * the others from the coldest on, and leaves out what cannot beat the best exchange found so far.
 */
final class SwapSearch {
  /** More than what rounding may add to a gain, relative to the potential of the two ranks. */
  private static final double ROUNDING = 1e-12;

  private final LayerState state;
  private final ExpertSet hotHolds;
  private final ExpertSet hotHeld;
  private final ExpertSet otherHolds;
  private final ExpertSet otherHeld;
  private final double[] priceDown;
  private final double[] priceUp;
  private final JointLoads joint;

  // The pair of ranks in hand.
  private int hot;
  private int other;
  private double before;
  private double potential;
  private double leastPriceUp;
  private double bound;
  private int nearest;

  SwapSearch(LayerState state) {
    this.state = state;
    this.hotHolds = new ExpertSet(state.experts);
    this.hotHeld = new ExpertSet(state.experts);
    this.otherHolds = new ExpertSet(state.experts);
    this.otherHeld = new ExpertSet(state.experts);
    this.priceDown = new double[state.slots];
    this.priceUp = new double[state.slots];
    this.joint = new JointLoads(state);
  }

  /** Offers the best legal swap out of a hot rank; of equal ones the first, by rank, then slot. */
  void search(int hotRank, MoveLimits limits, BestStep best) {
    hot = hotRank;
    potential = state.potential();
    hotHolds.fill(state.row, hot * state.slots, (hot + 1) * state.slots);
    state.fillOriginal(hotHeld, hot);
    double leastFromHot = leastPrice(hot);
    double heaviest = state.slotShare[state.byShare[hot * state.slots]];
    for (int place = state.ranks - 1; place >= 0; place--) {
      other = state.order.at(place);
      if (!(state.burden[other] < state.burden[hot])) {
        break;
      }
      before = state.power[hot] + state.power[other];
      if (state.factors > 0) {
        bound = joint.bound(hot, other);
      } else {
        // Nobody from here on is colder, so nobody could gain more.
        if (boundOfShift(heaviest) < leastGain(leastFromHot + state.leastPrice(), best)) {
          break;
        }
        double lightest = state.slotShare[state.byShare[(other + 1) * state.slots - 1]];
        bound = boundOfShift(heaviest - lightest);
      }
      if (bound >= leastGain(leastFromHot + leastPrice(other), best)) {
        searchPair(limits, best);
      }
    }
  }

  private void searchPair(MoveLimits limits, BestStep best) {
    price();
    if (state.factors > 0) {
      joint.meet(hot, other);
    }
    nearest = other * state.slots;
    for (int i = hot * state.slots; i < (hot + 1) * state.slots; i++) {
      int p = state.byShare[i];
      double least = leastGain(priceDown[p - hot * state.slots] + leastPriceUp, best);
      if (bound >= least && !otherHolds.has(state.row[p])) {
        if (state.factors > 0) {
          searchJoint(p, limits, best);
        } else {
          searchPlain(p, least, limits, best);
        }
      }
    }
  }

  /** The least that an exchange on one rank can cost. */
  private double leastPrice(int rank) {
    return state.received[rank] > 0 ? state.leastPrice() : 1.0;
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

  /** What a step of this price has to gain to be offered, less what rounding may take from it. */
  private double leastGain(double price, BestStep best) {
    return Math.max(potential * MoveLimits.LEAST_FREE_GAIN, best.gainToBeat(price))
        - before * ROUNDING;
  }

  /** Sets the prices of what goes down to the other rank and of what comes up from it. */
  private void price() {
    int slots = state.slots;
    otherHolds.fill(state.row, other * slots, (other + 1) * slots);
    state.fillOriginal(otherHeld, other);
    leastPriceUp = Double.POSITIVE_INFINITY;
    for (int i = 0; i < slots; i++) {
      priceDown[i] = price(hot, hot * slots + i, other, otherHeld);
      priceUp[i] = price(other, other * slots + i, hot, hotHeld);
      leastPriceUp = Math.min(leastPriceUp, priceUp[i]);
    }
  }

  /** What it costs to take a slot's expert from its rank to another one that held these. */
  private double price(int from, int slot, int to, ExpertSet held) {
    int expert = state.row[slot];
    return (held.has(expert) ? 0.0 : state.priceOfTransfer(to, expert))
        - (state.newcomer[slot] ? state.priceOfTransfer(from, expert) : 0.0);
  }

  /** Without joint deviations the gain falls as the shift leaves the middle between the ranks. */
  private void searchPlain(int p, double least, MoveLimits limits, BestStep best) {
    int from = other * state.slots;
    int to = from + state.slots;
    double idealShare = state.slotShare[p] - (state.burden[hot] - state.burden[other]) / 2;
    // The slots of the hot rank come by falling share, and so do the ideals.
    while (nearest < to && state.slotShare[state.byShare[nearest]] > idealShare) {
      nearest++;
    }
    int j = nearest;
    while (j < to && tryPlain(p, state.byShare[j], least, limits, best)) {
      j++;
    }
    j = nearest - 1;
    while (j >= from && tryPlain(p, state.byShare[j], least, limits, best)) {
      j--;
    }
  }

  /** Offers one swap; returns false if none with a shift farther from the middle can do better. */
  private boolean tryPlain(int p, int q, double least, MoveLimits limits, BestStep best) {
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
    offer(p, q, gain, limits, best);
    return true;
  }

  private void searchJoint(int p, MoveLimits limits, BestStep best) {
    int from = other * state.slots;
    int i = p - hot * state.slots;
    double downShare = state.slotShare[p];
    double room = state.burden[hot] - state.burden[other];
    for (int j = 0; j < state.slots; j++) {
      double shift = downShare - state.slotShare[from + j];
      if (shift > 0.0 && shift < room) {
        double least = leastGain(priceDown[i] + priceUp[j], best);
        if (bound >= least && joint.boundOfSwap(i, j, shift) >= least) {
          double gain = joint.gain(i, j, shift);
          if (gain >= least) {
            offer(p, from + j, gain, limits, best);
          }
        }
      }
    }
  }

  private void offer(int p, int q, double gain, MoveLimits limits, BestStep best) {
    double price = priceDown[p - hot * state.slots] + priceUp[q - other * state.slots];
    if (gain < leastGain(price, best) || hotHolds.has(state.row[q])) {
      return;
    }
    int hotChange = (hotHeld.has(state.row[q]) ? 0 : 1) - (state.newcomer[p] ? 1 : 0);
    int otherChange = (otherHeld.has(state.row[p]) ? 0 : 1) - (state.newcomer[q] ? 1 : 0);
    if (gain > potential * MoveLimits.LEAST_FREE_GAIN
        && limits.allowsLayer(state.moved, hotChange + otherChange)
        && limits.allowsRank(state.received[hot], hotChange)
        && limits.allowsRank(state.received[other], otherChange)
        && gain >= price * limits.leastGain() * potential) {
      best.offerSwap(gain, price, p, q);
    }
  }
}
