package io.eplb.policies.incremental.step;

import io.eplb.policies.incremental.layer.Assignment;
import io.eplb.policies.incremental.layer.LayerState;
import io.eplb.policies.incremental.layer.Transfers;

/**
 * The prices of swaps between a hot rank and another one: the price of moving one expert down to
 * the other rank and one up to the hot rank. It also decides whether a swap is legal.
 *
 * <p>An expert that returns costs nothing, and a newcomer that leaves gives its transfer back. Most
 * ranks have no such relation to the hot rank; their prices are computed faster. Example: the hot
 * rank holds newcomer a, whose original rank is 1. A swap with rank 1 that sends a back has a price
 * of −1 for a, and with rank 2 a price of 0.
 */
final class SwapPrices {
  private final Assignment current;
  private final Assignment original;
  private final Transfers transfers;
  private final ExpertSet hotHolds;
  private final ExpertSet hotHeld;

  // By slot of the hot rank (down) and of the other one (up): the price of moving its expert to the
  // other side, and the same in experts received.
  private final double[] down;
  private final double[] up;
  private final int[] downChange;
  private final int[] upChange;

  private double leastDown;
  private double leastUp;
  private double mostUp;
  private int leastUpChange;

  /** The slots of the other rank whose price is below the greatest. */
  private final int[] cheaper;

  private int cheaperSlots;

  /**
   * The slots of the hot rank whose price depends on the other rank; the other prices are fixed.
   */
  private final int[] dependent;

  private int dependents;

  /** True if the dependent prices are those for a rank to which no expert returns. */
  private boolean isDownUnrelated;

  private double leastDownUnrelated;

  /** The last search in which each rank was related: an expert could return to it or from it. */
  private final int[] relatedIn;

  private int searches;
  private int hot;
  private int other;

  // The first slot and the number of slots of both ranks.
  private int hotFrom;
  private int hotSlots;
  private int otherFrom;
  private int otherSlots;

  SwapPrices(LayerState state) {
    this.current = state.current();
    this.original = state.original();
    this.transfers = state.transfers();
    int slots = current.mostSlots();
    this.hotHolds = new ExpertSet(current.experts());
    this.hotHeld = new ExpertSet(current.experts());
    this.down = new double[slots];
    this.up = new double[slots];
    this.downChange = new int[slots];
    this.upChange = new int[slots];
    this.cheaper = new int[slots];
    this.dependent = new int[slots];
    this.relatedIn = new int[current.ranks()];
  }

  /** Sets the hot rank. */
  void setHot(int rank) {
    hot = rank;
    hotFrom = current.from(hot);
    hotSlots = current.to(hot) - hotFrom;
    hotHolds.fill(current, hot);
    hotHeld.fill(original, hot);
    dependents = 0;
    isDownUnrelated = false;
    leastDownUnrelated = leastPriceUnrelated(hot);
    searches++;
    for (int i = 0; i < hotSlots; i++) {
      int p = hotFrom + i;
      markRelated(p);
      if (transfers.crossingCosts() || wasElsewhere(current.expert(p))) {
        dependent[dependents++] = i;
      } else {
        downChange[i] = 1;
        down[i] = 1.0;
      }
    }
  }

  /**
   * Marks the ranks that held a slot's present expert originally, and those that now hold the
   * slot's original expert.
   */
  private void markRelated(int slot) {
    int expert = current.expert(slot);
    for (int home = original.firstSlot(expert); home >= 0; home = original.nextSlot(home)) {
      relatedIn[original.rank(home)] = searches;
    }
    int gone = original.expert(slot);
    if (!hotHolds.has(gone)) {
      for (int away = current.firstSlot(gone); away >= 0; away = current.nextSlot(away)) {
        relatedIn[current.rank(away)] = searches;
      }
    }
  }

  /** Returns whether any rank but the hot one held an expert originally. */
  private boolean wasElsewhere(int expert) {
    int slot = original.firstSlot(expert);
    while (slot >= 0 && original.rank(slot) == hot) {
      slot = original.nextSlot(slot);
    }
    return slot >= 0;
  }

  /** Returns a lower bound for the price of a swap of the hot rank with another one. */
  double leastPrice(int rank) {
    return relatedIn[rank] == searches
        ? 2 * transfers.leastPrice()
        : leastPriceUnrelated(hot) + leastPriceUnrelated(rank);
  }

  /** Returns the least price where no expert returns: only a newcomer that leaves lowers it. */
  private double leastPriceUnrelated(int rank) {
    return transfers.received(rank) > 0 ? 1.0 + transfers.leastPrice() : 1.0;
  }

  /**
   * Returns a lower bound for the change of the layer's received experts by a swap with another
   * rank.
   */
  int leastChange(int rank) {
    return relatedIn[rank] == searches
        ? -2
        : (transfers.received(hot) > 0 ? 0 : 1) + (transfers.received(rank) > 0 ? 0 : 1);
  }

  /** Sets the other rank. */
  void setOther(int rank) {
    other = rank;
    otherFrom = current.from(other);
    otherSlots = current.to(other) - otherFrom;
    if (relatedIn[rank] == searches || transfers.crossingCosts()) {
      priceDown();
      priceUp();
    } else {
      priceDownUnrelated();
      priceUpUnrelated();
    }
  }

  private void priceDown() {
    isDownUnrelated = false;
    leastDown = dependents < hotSlots ? 1.0 : Double.POSITIVE_INFINITY;
    for (int k = 0; k < dependents; k++) {
      int i = dependent[k];
      int p = hotFrom + i;
      boolean isHome = original.holds(other, current.expert(p));
      downChange[i] = (isHome ? 0 : 1) - transfers.newcomer(p);
      down[i] = transfers.crossingCosts() ? price(hot, p, other, isHome) : downChange[i];
      leastDown = down[i] < leastDown ? down[i] : leastDown;
    }
  }

  private void priceUp() {
    leastUpChange = 1;
    int mostUpChange = -1;
    for (int j = 0; j < otherSlots; j++) {
      int q = otherFrom + j;
      int change = (hotHeld.has(current.expert(q)) ? 0 : 1) - transfers.newcomer(q);
      upChange[j] = change;
      up[j] = change;
      leastUpChange = Math.min(leastUpChange, change);
      mostUpChange = Math.max(mostUpChange, change);
    }
    leastUp = leastUpChange;
    mostUp = mostUpChange;
    if (transfers.crossingCosts()) {
      priceCrossings();
    }
    cheaperSlots = 0;
    if (leastUp < mostUp) {
      for (int j = 0; j < otherSlots; j++) {
        if (up[j] < mostUp) {
          cheaper[cheaperSlots++] = otherFrom + j;
        }
      }
    }
  }

  private void priceDownUnrelated() {
    leastDown = leastDownUnrelated;
    if (isDownUnrelated) {
      return;
    }
    isDownUnrelated = true;
    for (int k = 0; k < dependents; k++) {
      int i = dependent[k];
      downChange[i] = 1 - transfers.newcomer(hotFrom + i);
      down[i] = downChange[i];
    }
  }

  private void priceUpUnrelated() {
    cheaperSlots = 0;
    for (int j = 0; j < otherSlots; j++) {
      int change = 1 - transfers.newcomer(otherFrom + j);
      upChange[j] = change;
      up[j] = change;
      cheaper[cheaperSlots] = otherFrom + j;
      cheaperSlots += 1 - change;
    }
    leastUpChange = cheaperSlots > 0 ? 0 : 1;
    leastUp = leastUpChange;
    mostUp = cheaperSlots < otherSlots ? 1.0 : 0.0;
    if (cheaperSlots == otherSlots) {
      cheaperSlots = 0;
    }
  }

  private void priceCrossings() {
    leastUp = Double.POSITIVE_INFINITY;
    mostUp = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < otherSlots; j++) {
      int q = otherFrom + j;
      up[j] = price(other, q, hot, hotHeld.has(current.expert(q)));
      leastUp = Math.min(leastUp, up[j]);
      mostUp = Math.max(mostUp, up[j]);
    }
  }

  private double price(int from, int slot, int to, boolean isHome) {
    int expert = current.expert(slot);
    return (isHome ? 0.0 : transfers.transferPrice(to, expert))
        - (transfers.newcomer(slot) > 0 ? transfers.transferPrice(from, expert) : 0.0);
  }

  /** Returns the price of moving the expert of the hot rank's slot i down. */
  double down(int i) {
    return down[i];
  }

  /** Returns the price of moving the expert of the other rank's slot j up. */
  double up(int j) {
    return up[j];
  }

  /** Returns {@link #down} in experts received. */
  int downChange(int i) {
    return downChange[i];
  }

  /** Returns {@link #up} in experts received. */
  int upChange(int j) {
    return upChange[j];
  }

  /** Returns the least price down. */
  double leastDown() {
    return leastDown;
  }

  /** Returns the least price up. */
  double leastUp() {
    return leastUp;
  }

  /** Returns the greatest price up. */
  double mostUp() {
    return mostUp;
  }

  /** Returns the least {@link #upChange}. */
  int leastUpChange() {
    return leastUpChange;
  }

  /** Returns the number of slots of the other rank whose price is below the greatest. */
  int cheaperSlots() {
    return cheaperSlots;
  }

  /** Returns one of those slots. */
  int cheaperSlot(int index) {
    return cheaper[index];
  }

  /** Returns whether neither rank holds the expert that it would receive. */
  boolean isLegal(int p, int q) {
    return !hotHolds.has(current.expert(q)) && !current.holds(other, current.expert(p));
  }

  /** Returns the change of the experts that the hot rank receives by a swap. */
  int hotChange(int p, int q) {
    return (hotHeld.has(current.expert(q)) ? 0 : 1) - transfers.newcomer(p);
  }

  /** Returns the change of the experts that the other rank receives by a swap. */
  int otherChange(int p, int q) {
    return (original.holds(other, current.expert(p)) ? 0 : 1) - transfers.newcomer(q);
  }
}
