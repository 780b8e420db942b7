package io.eplb.api.kit;

/**
 * A change to the loads of a case, for comparisons: the answer has to stay the same, or has to
 * differ.
 *
 * @param exponent every load is multiplied by 2 to this power
 * @param spikedWindow the window in which one expert of every layer gets nearly all tokens; −1 for
 *     none
 */
record LoadTwist(int exponent, int spikedWindow) {
  static final LoadTwist NONE = new LoadTwist(0, -1);
  private static final double SPIKE = 1_000_000;

  static LoadTwist scaledBy(int exponent) {
    return new LoadTwist(exponent, -1);
  }

  static LoadTwist spikeIn(int window) {
    return new LoadTwist(0, window);
  }

  /** Changes the loads of one layer in one window. */
  void apply(double[] loads, int layer, int window) {
    if (window == spikedWindow) {
      loads[(layer * 5 + 3) % loads.length] += SPIKE;
    }
    if (exponent != 0) {
      for (int expert = 0; expert < loads.length; expert++) {
        loads[expert] = Math.scalb(loads[expert], exponent);
      }
    }
  }
}
