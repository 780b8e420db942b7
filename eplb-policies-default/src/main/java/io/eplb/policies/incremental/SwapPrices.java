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

  /** The least of {@link #upChange}. */
  int leastUpChange;

  private final LayerState state;
  private final ExpertSet hotHolds;
  private final ExpertSet hotHeld;

  /** The slots of the hot rank whose price depends on the other rank; for the rest it is set. */
  private final int[] dependent;

  private int dependents;
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
  }

  /** Takes the hot rank in hand. */
  void setHot(int rank) {
    hot = rank;
    hotHolds.fill(state.row, hot * state.slots, (hot + 1) * state.slots);
    state.fillOriginal(hotHeld, hot);
    dependents = 0;
    for (int i = 0; i < state.slots; i++) {
      int p = hot * state.slots + i;
      if (state.crossingCosts() || state.wasElsewhere(hot, state.row[p])) {
        dependent[dependents++] = i;
      } else {
        down[i] = price(hot, p, hot, false);
        downChange[i] = change(p, false);
      }
    }
  }

  /** Takes the other rank in hand. */
  void setOther(int rank) {
    other = rank;
    for (int k = 0; k < dependents; k++) {
      int i = dependent[k];
      int p = hot * state.slots + i;
      boolean isHome = state.held(other, state.row[p]);
      down[i] = price(hot, p, other, isHome);
      downChange[i] = change(p, isHome);
    }
    leastUp = Double.POSITIVE_INFINITY;
    mostUp = Double.NEGATIVE_INFINITY;
    leastUpChange = 1;
    for (int i = 0; i < state.slots; i++) {
      int q = other * state.slots + i;
      boolean isHome = hotHeld.has(state.row[q]);
      up[i] = price(other, q, hot, isHome);
      upChange[i] = change(q, isHome);
      leastUp = up[i] < leastUp ? up[i] : leastUp;
      mostUp = up[i] > mostUp ? up[i] : mostUp;
      leastUpChange = Math.min(leastUpChange, upChange[i]);
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

  private double price(int from, int slot, int to, boolean isHome) {
    int expert = state.row[slot];
    return (isHome ? 0.0 : state.priceOfTransfer(to, expert))
        - (state.newcomer[slot] ? state.priceOfTransfer(from, expert) : 0.0);
  }

  private int change(int slot, boolean isHome) {
    return (isHome ? 0 : 1) - (state.newcomer[slot] ? 1 : 0);
  }

  /** Whether an expert of the hot rank may go to the other one. */
  boolean mayGoDown(int expert) {
    return !state.holds(other, expert);
  }

  /** Whether an expert of the other rank may go to the hot one. */
  boolean mayComeUp(int expert) {
    return !hotHolds.has(expert);
  }

  /** Change of the number of experts that the hot rank receives by a swap. */
  int hotChange(int p, int q) {
    return (hotHeld.has(state.row[q]) ? 0 : 1) - (state.newcomer[p] ? 1 : 0);
  }

  /** Change of the number of experts that the other rank receives by a swap. */
  int otherChange(int p, int q) {
    return (state.held(other, state.row[p]) ? 0 : 1) - (state.newcomer[q] ? 1 : 0);
  }
}
