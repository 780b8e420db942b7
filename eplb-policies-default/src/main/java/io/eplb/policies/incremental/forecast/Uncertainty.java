package io.eplb.policies.incremental.forecast;

/**
 * How much the next window is expected to differ from the estimate.
 *
 * @param spread standard deviation of the load of an average expert relative to its mean, before
 *     any is measured; the variance of other experts is in proportion to their mean
 * @param priorWindows how many windows of evidence that prior is worth
 * @param recurrence the share of the measured joint deviations that is expected to come back
 * @param trustsEstimate whether the next window is expected to be like the estimate even where the
 *     latest one is not
 */
public record Uncertainty(
    double spread, double priorWindows, double recurrence, boolean trustsEstimate) {
  /** Returns the same for a next window that is expected to be like the estimate. */
  public Uncertainty trustingEstimate() {
    return new Uncertainty(spread, priorWindows, recurrence, true);
  }
}
