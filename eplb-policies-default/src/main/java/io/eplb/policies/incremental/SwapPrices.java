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

  /** The least of {@link #upChange}. */
  int leastUpChange;

  private final LayerState state;
  private final ExpertSet hotHolds;
  private final ExpertSet hotHeld;
  private final ExpertSet otherHolds;
  private final ExpertSet otherHeld;
  private int hot;

  SwapPrices(LayerState state) {
    this.state = state;
    this.hotHolds = new ExpertSet(state.experts);
    this.hotHeld = new ExpertSet(state.experts);
    this.otherHolds = new ExpertSet(state.experts);
    this.otherHeld = new ExpertSet(state.experts);
    this.down = new double[state.slots];
    this.up = new double[state.slots];
    this.downChange = new int[state.slots];
    this.upChange = new int[state.slots];
  }

  /** Takes the hot rank in hand. */
  void setHot(int rank) {
    hot = rank;
    hotHolds.fill(state.row, hot * state.slots, (hot + 1) * state.slots);
    state.fillOriginal(hotHeld, hot);
  }

  /** Takes the other rank in hand. */
  void setOther(int other) {
    int slots = state.slots;
    otherHolds.fill(state.row, other * slots, (other + 1) * slots);
    state.fillOriginal(otherHeld, other);
    leastUp = Double.POSITIVE_INFINITY;
    leastUpChange = 1;
    for (int i = 0; i < slots; i++) {
      int p = hot * slots + i;
      int q = other * slots + i;
      boolean downIsHome = otherHeld.has(state.row[p]);
      boolean upIsHome = hotHeld.has(state.row[q]);
      down[i] = price(hot, p, other, downIsHome);
      up[i] = price(other, q, hot, upIsHome);
      downChange[i] = (downIsHome ? 0 : 1) - (state.newcomer[p] ? 1 : 0);
      upChange[i] = (upIsHome ? 0 : 1) - (state.newcomer[q] ? 1 : 0);
      leastUp = Math.min(leastUp, up[i]);
      leastUpChange = Math.min(leastUpChange, upChange[i]);
    }
  }

  private double price(int from, int slot, int to, boolean isHome) {
    int expert = state.row[slot];
    return (isHome ? 0.0 : state.priceOfTransfer(to, expert))
        - (state.newcomer[slot] ? state.priceOfTransfer(from, expert) : 0.0);
  }

  /** Whether an expert of the hot rank may go to the other one. */
  boolean mayGoDown(int expert) {
    return !otherHolds.has(expert);
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
    return (otherHeld.has(state.row[p]) ? 0 : 1) - (state.newcomer[q] ? 1 : 0);
  }
}
