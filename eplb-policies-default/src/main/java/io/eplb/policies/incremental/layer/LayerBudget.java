package io.eplb.policies.incremental.layer;

/**
 * The number of experts that one layer's plan may move, and the least gain of a move.
 *
 * @param perLayer the most experts that the layer may receive
 * @param perRank the most experts that one of its ranks may receive
 * @param leastGain the least relative fall of the potential that is worth one transfer
 */
public record LayerBudget(int perLayer, int perRank, double leastGain) {
  /** The least relative gain of a step without transfers: more than a rounding error. */
  public static final double LEAST_FREE_GAIN = 1e-7;

  /** No limit at all. */
  public static final LayerBudget UNLIMITED =
      new LayerBudget(Integer.MAX_VALUE, Integer.MAX_VALUE, 0.0);

  boolean allowsRank(int received, int change) {
    return change <= 0 || received + change <= perRank;
  }

  boolean allowsLayer(int moved, int change) {
    return change <= 0 || moved + change <= perLayer;
  }
}
