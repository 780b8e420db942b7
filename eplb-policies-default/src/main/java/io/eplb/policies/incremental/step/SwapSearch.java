package io.eplb.policies.incremental.step;

import io.eplb.policies.incremental.layer.Assignment;
import io.eplb.policies.incremental.layer.LayerBudget;
import io.eplb.policies.incremental.layer.LayerState;
import io.eplb.policies.incremental.layer.RankBurdens;
import io.eplb.policies.incremental.layer.Transfers;

/**
 * Finds the best exchange of a hot rank's expert for a lighter one of another rank. The search
 * examines the other ranks from the coldest on, and skips exchanges that the budget forbids or that
 * cannot be better than the best so far.
 */
final class SwapSearch {
  /** The rounding error allowed in a gain, relative to the potential of the two ranks. */
  private static final double ROUNDING = 1e-12;

  /** The factor by which more ranks are searched as long as nothing is found. */
  private static final int PATIENCE = 2;

  private final Assignment current;
  private final RankBurdens burdens;
  private final Transfers transfers;
  private final boolean equallyFast;
  private final int mostSearched;
  private final BestStep best;
  private final SwapPrices prices;
  private final JointSwapGain joint;
  private double leastFreeGain;
  private double leastGainPerPrice;
  private int room;

  // The current pair of ranks.
  private int hot;
  private int hotFrom;
  private int hotTo;
  private int other;
  private int otherFrom;
  private int otherTo;

  /** The burden of the other rank at which it is as hot as the hot one. */
  private double mostOtherBurden;

  /** The shift of load after which both ranks are equally hot. */
  private double idealShift;

  private double hotHeat;
  private double hotScale;
  private double hotBurden;
  private double otherScale;
  private double otherBurden;
  private double before;
  private double slack;

  /** The place of the heaviest slot of the other rank that is still searched. */
  private int nearest;

  /** Creates the search for steps from a state; it offers them to {@code best}. */
  SwapSearch(LayerState state, BestStep best) {
    this.current = state.current();
    this.burdens = state.burdens();
    this.transfers = state.transfers();
    this.equallyFast = burdens.equallyFast();
    this.mostSearched = Descent.mostRanksSearched(current);
    this.best = best;
    this.prices = new SwapPrices(state);
    this.joint = new JointSwapGain(state);
  }

  /** Offers the best legal swap of a hot rank; the first among equals, by rank, then slot. */
  void search(int hotRank, LayerBudget budget) {
    hot = hotRank;
    hotFrom = current.from(hot);
    hotTo = current.to(hot);
    hotBurden = burdens.burden(hot);
    hotHeat = burdens.heat(hot);
    hotScale = burdens.powerScale(hot);
    otherScale = hotScale;
    mostOtherBurden = hotBurden;
    double potential = burdens.potential();
    leastFreeGain = potential * LayerBudget.LEAST_FREE_GAIN;
    leastGainPerPrice = potential * budget.leastGain();
    room = Math.max(0, budget.perLayer() - transfers.moved());
    prices.setHot(hot);
    double heaviest = burdens.slotShare(burdens.slotByShare(hotFrom));
    for (int place = current.ranks() - 1; place >= 0; place--) {
      int searched = current.ranks() - 1 - place;
      if (searched >= (best.found() ? 1 : PATIENCE) * mostSearched) {
        break;
      }
      if (!setOther(burdens.rankAt(place))) {
        break;
      }
      before = burdens.power(hot) + burdens.power(other);
      slack = before * ROUNDING;
      double most;
      if (burdens.hasJointDeviations()) {
        most = mostPrice(joint.boundOfPair(hot, other));
      } else {
        double lightest = burdens.slotShare(burdens.slotByShare(current.to(other) - 1));
        most = mostPrice(boundOfShift(heaviest - lightest));
        // The ranks from here on are hotter, so none of them could gain more if all are as fast.
        if (most < 0.0 && equallyFast && mostPrice(boundOfShift(heaviest)) < 0.0) {
          break;
        }
      }
      if (most >= 0.0 && prices.leastPrice(other) <= most && prices.leastChange(other) <= room) {
        searchPair(most, budget);
      }
    }
  }

  /** Sets the other rank; returns whether it is colder than the hot one. */
  private boolean setOther(int rank) {
    other = rank;
    otherBurden = burdens.burden(other);
    if (equallyFast) {
      idealShift = (hotBurden - otherBurden) / 2;
      return otherBurden < hotBurden;
    }
    double capacity = burdens.capacity(other);
    double colder = hotHeat - burdens.heat(other);
    otherScale = burdens.powerScale(other);
    mostOtherBurden = hotHeat * capacity;
    idealShift = colder * capacity * burdens.partOfBoth(hot, other);
    return colder > 0.0;
  }

  private void searchPair(double mostPrice, LayerBudget budget) {
    prices.setOther(other);
    if (prices.leastDown() + prices.leastUp() > mostPrice) {
      return;
    }
    if (burdens.hasJointDeviations()) {
      joint.setRanks(hot, other);
    }
    otherFrom = current.from(other);
    otherTo = current.to(other);
    nearest = otherFrom;
    for (int place = hotFrom; place < hotTo; place++) {
      int p = burdens.slotByShare(place);
      int i = p - hotFrom;
      double mostUp = mostPrice - prices.down(i);
      if (prices.downChange(i) + prices.leastUpChange() <= room && prices.leastUp() <= mostUp) {
        if (burdens.hasJointDeviations()) {
          searchJoint(p, mostUp, budget);
        } else if (prices.mostUp() <= mostUp) {
          searchPlain(p, budget);
        } else {
          searchCheaper(p, mostUp, budget);
        }
      }
    }
  }

  /** Returns the largest gain of the pair by a shift of load of at most {@code most}. */
  private double boundOfShift(double most) {
    double shift = Math.min(most, idealShift);
    return shift <= 0.0
        ? 0.0
        : before
            - RankBurdens.twelfth((hotBurden - shift) * hotScale)
            - RankBurdens.twelfth((otherBurden + shift) * otherScale);
  }

  /** Returns the highest price worth a gain of at most {@code bound}; negative if no price is. */
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

  /** Returns the least gain that a step of this price needs, less the rounding error. */
  private double leastGain(double price) {
    double beaten = best.gainToBeat(price);
    double paid = leastGainPerPrice * price;
    double least = beaten > paid ? beaten : paid;
    return (least > leastFreeGain ? least : leastFreeGain) - slack;
  }

  /**
   * Searches outwards from the ideal shift: without joint deviations, the gain falls with the
   * distance from it.
   */
  private void searchPlain(int p, LayerBudget budget) {
    double least = leastGain(prices.down(p - hotFrom) + prices.leastUp());
    double idealShare = burdens.slotShare(p) - idealShift;
    // The shares of the hot rank's slots fall from call to call, and so do the ideals.
    while (nearest < otherTo && burdens.slotShare(burdens.slotByShare(nearest)) > idealShare) {
      nearest++;
    }
    int place = nearest;
    while (place < otherTo && tryPlain(p, burdens.slotByShare(place), least, budget)) {
      place++;
    }
    place = nearest - 1;
    while (place >= otherFrom && tryPlain(p, burdens.slotByShare(place), least, budget)) {
      place--;
    }
  }

  /** Offers one swap; returns false if no shift farther from the ideal can be better. */
  private boolean tryPlain(int p, int q, double least, LayerBudget budget) {
    double shift = burdens.slotShare(p) - burdens.slotShare(q);
    double otherAfter = otherBurden + shift;
    if (!(shift > 0.0 && otherAfter < mostOtherBurden)) {
      return false;
    }
    double gain =
        before
            - RankBurdens.twelfth((hotBurden - shift) * hotScale)
            - RankBurdens.twelfth(otherAfter * otherScale);
    if (gain < least) {
      return false;
    }
    offer(p, q, gain, budget);
    return true;
  }

  private void searchCheaper(int p, double mostUp, LayerBudget budget) {
    double down = prices.down(p - hotFrom);
    for (int k = 0; k < prices.cheaperSlots(); k++) {
      int q = prices.cheaperSlot(k);
      double up = prices.up(q - otherFrom);
      if (up <= mostUp) {
        tryPlain(p, q, leastGain(down + up), budget);
      }
    }
  }

  private void searchJoint(int p, double mostUp, LayerBudget budget) {
    int i = p - hotFrom;
    double downShare = burdens.slotShare(p);
    double down = prices.down(i);
    int mostChange = room - prices.downChange(i);
    // The shares of the hot rank's slots fall from call to call.
    while (nearest < otherTo && burdens.slotShare(burdens.slotByShare(nearest)) >= downShare) {
      nearest++;
    }
    for (int place = nearest; place < otherTo; place++) {
      int q = burdens.slotByShare(place);
      int j = q - otherFrom;
      double shift = downShare - burdens.slotShare(q);
      if (otherBurden + shift >= mostOtherBurden) {
        // Lighter experts leave the other rank with even more.
        return;
      }
      if (prices.upChange(j) <= mostChange && prices.up(j) <= mostUp) {
        double least = leastGain(down + prices.up(j));
        if (joint.boundOfSwap(i, j, shift) >= least) {
          double gain = joint.gain(i, j, shift);
          if (gain >= least) {
            offer(p, q, gain, budget);
          }
        }
      }
    }
  }

  private void offer(int p, int q, double gain, LayerBudget budget) {
    double price = prices.down(p - hotFrom) + prices.up(q - otherFrom);
    if (gain < leastGain(price) || !prices.isLegal(p, q)) {
      return;
    }
    if (gain > leastFreeGain
        && gain >= leastGainPerPrice * price
        && transfers.allow(budget, hot, prices.hotChange(p, q), other, prices.otherChange(p, q))) {
      best.offer(gain, price, p, q, BestStep.SWAP);
    }
  }
}
