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
    for (int place = state.ranks - 1; place >= 0; place--) {
      other = state.order.at(place);
      if (!(state.burden[other] < state.burden[hot])) {
        break;
      }
      before = state.power[hot] + state.power[other];
      if (state.factors > 0) {
        price();
        searchJoint(limits, best);
      } else {
        double heaviest = state.slotShare[state.byShare[hot * state.slots]];
        double lightest = state.slotShare[state.byShare[(other + 1) * state.slots - 1]];
        // Nobody from here on is colder, so nobody could gain more.
        if (boundOfShift(heaviest) < leastGain(leastFromHot + state.leastPrice(), best)) {
          break;
        }
        if (boundOfShift(heaviest - lightest)
            >= leastGain(leastFromHot + leastPrice(other), best)) {
          price();
          searchPlain(limits, best);
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
  private void searchPlain(MoveLimits limits, BestStep best) {
    int slots = state.slots;
    int from = other * slots;
    int to = from + slots;
    double ideal = (state.burden[hot] - state.burden[other]) / 2;
    int nearest = from;
    for (int i = hot * slots; i < (hot + 1) * slots; i++) {
      int p = state.byShare[i];
      double idealShare = state.slotShare[p] - ideal;
      while (nearest < to && state.slotShare[state.byShare[nearest]] > idealShare) {
        nearest++;
      }
      if (otherHolds.has(state.row[p])) {
        continue;
      }
      int j = nearest;
      while (j < to && tryPlain(p, state.byShare[j], limits, best)) {
        j++;
      }
      j = nearest - 1;
      while (j >= from && tryPlain(p, state.byShare[j], limits, best)) {
        j--;
      }
    }
  }

  /** Offers one swap; returns false if none with a shift farther from the middle can do better. */
  private boolean tryPlain(int p, int q, MoveLimits limits, BestStep best) {
    double shift = state.slotShare[p] - state.slotShare[q];
    double hotBurden = state.burden[hot];
    double otherAfter = state.burden[other] + shift;
    if (!(shift > 0.0 && otherAfter < hotBurden)) {
      return false;
    }
    double gain = before - LayerState.power(hotBurden - shift) - LayerState.power(otherAfter);
    double price = priceDown[p - hot * state.slots];
    if (gain < leastGain(price + leastPriceUp, best)) {
      return false;
    }
    if (!hotHolds.has(state.row[q])) {
      offer(p, q, gain, price + priceUp[q - other * state.slots], limits, best);
    }
    return true;
  }

  private void searchJoint(MoveLimits limits, BestStep best) {
    int slots = state.slots;
    joint.meet(hot, other);
    for (int i = 0; i < slots; i++) {
      int p = hot * slots + i;
      if (otherHolds.has(state.row[p])) {
        continue;
      }
      double downShare = state.slotShare[p];
      for (int j = 0; j < slots; j++) {
        int q = other * slots + j;
        double shift = downShare - state.slotShare[q];
        if (shift > 0.0 && state.burden[other] + shift < state.burden[hot]) {
          double gain = joint.gain(i, j, shift, before);
          double price = priceDown[i] + priceUp[j];
          if (gain >= leastGain(price, best) && !hotHolds.has(state.row[q])) {
            offer(p, q, gain, price, limits, best);
          }
        }
      }
    }
  }

  private void offer(int p, int q, double gain, double price, MoveLimits limits, BestStep best) {
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
