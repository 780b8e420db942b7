package io.eplb.policies.flashlb;

/**
 * The memory of one layer between calls: the last observations, the id of the newest window, and
 * the balancedness that was achieved. Used by one thread at a time.
 *
 * <p>Every window is added once, in the order of ids. Example: after the windows 0 to 3, a workload
 * with the windows 2 to 4 adds window 4 alone. The observations start anew if
 *
 * <ul>
 *   <li>the ids go back: the newest window has a lower id than before;
 *   <li>the newest window has the same id as before, and another load: then it comes from another
 *       recording, or from a caller that does not number windows;
 *   <li>the ids leave out as many windows as the memory holds.
 * </ul>
 *
 * <p>A shorter gap changes nothing: what was measured in it is not known.
 */
final class LayerMemory {
  private static final long NONE = -1;

  private final int windowSize;
  private final LoadWindow window;
  private long newest = NONE;

  /** True if the newest window is an observation; a window in which the layer is idle is none. */
  private boolean newestObserved;

  private double achieved;
  private double achievedBefore;

  LayerMemory(int experts, int windowSize) {
    this.windowSize = windowSize;
    window = new LoadWindow(experts, windowSize);
  }

  /** Prepares for windows with the ids {@code first} to {@code last}. */
  void expect(long first, long last) {
    if (newest != NONE && (last < newest || first - newest > windowSize)) {
      clear();
    }
  }

  /** Returns whether a window has been added. */
  boolean knows(long id) {
    return id <= newest;
  }

  /**
   * Starts anew unless the newest window has the given loads, up to rounding.
   *
   * @param loads by expert, their mean is 1
   */
  void confirmNewest(double[] loads) {
    if (!newestObserved || !window.newestEquals(loads)) {
      clear();
    }
  }

  /**
   * Adds a window.
   *
   * @param id above all ids known
   * @param loads by expert, their mean is 1; copied
   */
  void add(long id, double[] loads) {
    window.add(loads);
    newest = id;
    newestObserved = true;
  }

  /** Notes a window in which the layer is idle or which does not count there. */
  void skip(long id) {
    newest = id;
    newestObserved = false;
  }

  private void clear() {
    window.clear();
    newest = NONE;
    newestObserved = false;
  }

  /** Returns the observations. */
  LoadWindow window() {
    return window;
  }

  /** Returns the balancedness that was achieved; 0 if no plan was made. */
  double achieved() {
    return achieved;
  }

  /** Takes the balancedness of a planned row for achieved, until the row is {@link #revoke}d. */
  void achieve(double balancedness) {
    achievedBefore = achieved;
    achieved = balancedness;
  }

  /** Returns to what was achieved before the last plan: its row did not come into force. */
  void revoke() {
    achieved = achievedBefore;
  }
}
