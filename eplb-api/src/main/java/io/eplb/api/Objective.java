package io.eplb.api;

/** The measure that a policy minimises in each layer, and by which the core judges its plans. */
public enum Objective {
  /** The load ÷ speed of the hottest rank; the core measures it itself. */
  PEAK_LOAD,
  /**
   * A measure of the policy's own: the core takes the {@linkplain Rebalance#expectedPeakAfter
   * expected peaks} of the answer. A layer without them is judged by {@link #PEAK_LOAD}.
   */
  OWN_MEASURE
}
