package io.eplb.policies.incremental;

/**
 * What one layer's plan may move.
 *
 * @param perLayer the most experts that the layer may receive
 * @param perRank the most experts that one rank of it may receive
 * @param leastGain the least relative fall of the potential that is worth one transfer
 */
record MoveLimits(int perLayer, int perRank, double leastGain) {
  /** What a step that moves nothing has to gain, so that rounding cannot keep descent going. */
  static final double LEAST_FREE_GAIN = 1e-7;

  /** Whatever helps. */
  static final MoveLimits NONE = new MoveLimits(Integer.MAX_VALUE, Integer.MAX_VALUE, 0.0);

  /** Returns whether a rank that has received some experts may receive more, or fewer. */
  boolean allowsRank(int received, int change) {
    return change <= 0 || received + change <= perRank;
  }

  /** Returns whether a layer that has moved some experts may move more, or fewer. */
  boolean allowsLayer(int moved, int change) {
    return change <= 0 || moved + change <= perLayer;
  }
}
