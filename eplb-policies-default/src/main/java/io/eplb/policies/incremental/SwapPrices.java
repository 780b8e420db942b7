package io.eplb.policies.incremental;

/**
 * What swaps between two ranks cost: the sum of what it costs to bring one expert down to the other
 * rank and one up to the hot rank. Also tells which of them are legal.
 */
final class SwapPrices {
  /** Per slot of the hot rank, what it costs to take its expert to the other rank. */
  final double[] down;

  /** Per slot of the other rank, what it costs to take its expert to the hot rank. */
  final double[] up;

  /** The same in experts received: what comes home or has been a newcomer counts for nothing. */
  final int[] downChange;

  final int[] upChange;

  /** The least of {@link #up}. */
  double leastUp;

  /** The greatest of {@link #up}. */
  double mostUp;

  /** The slots of the other rank whose expert costs less than that. */
  final int[] cheaper;

  int cheaperSlots;

  /** The least of {@link #down}. */
  double leastDown;

  /** The least of {@link #upChange}. */
  int leastUpChange;

  private final LayerState state;
  private final ExpertSet hotHolds;
  private final ExpertSet hotHeld;

  /** The slots of the hot rank whose price depends on the other rank; for the rest it is set. */
  private final int[] dependent;

  private int dependents;

  /** Whether down prices are those of a rank to which no expert would come home. */
  private boolean isDownApart;

  private double leastDownApart;

  /** Marks the ranks for which an expert of theirs or of the hot rank would come home. */
  private final int[] relatedIn;

  private int searches;
  private int hot;
  private int other;

  SwapPrices(LayerState state) {
    this.state = state;
    this.hotHolds = new ExpertSet(state.experts);
    this.hotHeld = new ExpertSet(state.experts);
    this.down = new double[state.slots];
    this.up = new double[state.slots];
    this.downChange = new int[state.slots];
    this.upChange = new int[state.slots];
    this.cheaper = new int[state.slots];
    this.dependent = new int[state.slots];
    this.relatedIn = new int[state.ranks];
  }

  /** Takes the hot rank in hand. */
  void setHot(int rank) {
    hot = rank;
    hotHolds.fill(state.row, hot * state.slots, (hot + 1) * state.slots);
    state.fillOriginal(hotHeld, hot);
    dependents = 0;
    isDownApart = false;
    leastDownApart = leastPriceApart(hot);
    searches++;
    for (int i = 0; i < state.slots; i++) {
      int p = hot * state.slots + i;
      state.markRelatives(hot, p, relatedIn, searches);
      if (state.crossingCosts() || state.wasElsewhere(hot, state.row[p])) {
        dependent[dependents++] = i;
      } else {
        downChange[i] = 1;
        down[i] = 1.0;
      }
    }
  }

  /** Returns the least that a swap of the hot rank with another one can cost. */
  double leastPrice(int rank) {
    return relatedIn[rank] == searches
        ? 2 * state.leastPrice()
        : leastPriceApart(hot) + leastPriceApart(rank);
  }

  /** What comes has never been here, so only what goes can lower the price. */
  private double leastPriceApart(int rank) {
    return state.received[rank] > 0 ? 1.0 + state.leastPrice() : 1.0;
  }

  /** Returns by how much a swap with another rank can change what the layer receives at least. */
  int leastChange(int rank) {
    return relatedIn[rank] == searches
        ? -2
        : (state.received[hot] > 0 ? 0 : 1) + (state.received[rank] > 0 ? 0 : 1);
  }

  /** Takes the other rank in hand. */
  void setOther(int rank) {
    other = rank;
    if (relatedIn[rank] == searches || state.crossingCosts()) {
      priceDown();
      priceUp();
    } else {
      priceDownApart();
      priceUpApart();
    }
  }

  private void priceDown() {
    isDownApart = false;
    leastDown = dependents < state.slots ? 1.0 : Double.POSITIVE_INFINITY;
    for (int k = 0; k < dependents; k++) {
      int i = dependent[k];
      int p = hot * state.slots + i;
      boolean isHome = state.held(other, state.row[p]);
      downChange[i] = (isHome ? 0 : 1) - state.newcomer[p];
      down[i] = state.crossingCosts() ? price(hot, p, other, isHome) : downChange[i];
      leastDown = down[i] < leastDown ? down[i] : leastDown;
    }
  }

  private void priceUp() {
    leastUpChange = 1;
    int mostUpChange = -1;
    for (int i = 0; i < state.slots; i++) {
      int q = other * state.slots + i;
      int change = (hotHeld.has(state.row[q]) ? 0 : 1) - state.newcomer[q];
      upChange[i] = change;
      up[i] = change;
      leastUpChange = Math.min(leastUpChange, change);
      mostUpChange = Math.max(mostUpChange, change);
    }
    leastUp = leastUpChange;
    mostUp = mostUpChange;
    if (state.crossingCosts()) {
      priceCrossings();
    }
    cheaperSlots = 0;
    if (leastUp < mostUp) {
      for (int i = 0; i < state.slots; i++) {
        if (up[i] < mostUp) {
          cheaper[cheaperSlots++] = other * state.slots + i;
        }
      }
    }
  }

  /**
   * Nothing comes home, so only whether it is a newcomer decides what it costs to send a slot's
   * expert.
   */
  private void priceDownApart() {
    leastDown = leastDownApart;
    if (isDownApart) {
      return;
    }
    isDownApart = true;
    for (int k = 0; k < dependents; k++) {
      int i = dependent[k];
      downChange[i] = 1 - state.newcomer[hot * state.slots + i];
      down[i] = downChange[i];
    }
  }

  private void priceUpApart() {
    cheaperSlots = 0;
    int from = other * state.slots;
    for (int i = 0; i < state.slots; i++) {
      int change = 1 - state.newcomer[from + i];
      upChange[i] = change;
      up[i] = change;
      cheaper[cheaperSlots] = from + i;
      cheaperSlots += 1 - change;
    }
    leastUpChange = cheaperSlots > 0 ? 0 : 1;
    leastUp = leastUpChange;
    mostUp = cheaperSlots < state.slots ? 1.0 : 0.0;
    if (cheaperSlots == state.slots) {
      cheaperSlots = 0;
    }
  }

  private void priceCrossings() {
    leastUp = Double.POSITIVE_INFINITY;
    mostUp = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < state.slots; i++) {
      int q = other * state.slots + i;
      up[i] = price(other, q, hot, hotHeld.has(state.row[q]));
      leastUp = Math.min(leastUp, up[i]);
      mostUp = Math.max(mostUp, up[i]);
    }
  }

  private double price(int from, int slot, int to, boolean isHome) {
    int expert = state.row[slot];
    return (isHome ? 0.0 : state.priceOfTransfer(to, expert))
        - (state.newcomer[slot] > 0 ? state.priceOfTransfer(from, expert) : 0.0);
  }

  /** Whether neither rank holds already what comes to it. */
  boolean isLegal(int p, int q) {
    return !hotHolds.has(state.row[q]) && !state.holds(other, state.row[p]);
  }

  /** Change of the number of experts that the hot rank receives by a swap. */
  int hotChange(int p, int q) {
    return (hotHeld.has(state.row[q]) ? 0 : 1) - state.newcomer[p];
  }

  /** Change of the number of experts that the other rank receives by a swap. */
  int otherChange(int p, int q) {
    return (state.held(other, state.row[p]) ? 0 : 1) - state.newcomer[q];
  }
}
