package io.eplb.core.balance;

import io.eplb.api.InvalidInputException;
import io.eplb.api.LayerBalance;
import java.util.Arrays;

/**
 * PAR over some layers.
 *
 * @param mean the arithmetic mean, 1 or more
 * @param p95 the 95th percentile by nearest rank
 * @param max the worst layer
 */
public record BalanceSummary(double mean, double p95, double max) {
  /**
   * Summarises the layers' ratios.
   *
   * @throws InvalidInputException if there is none
   */
  public static BalanceSummary of(double[] ratios) {
    double p95 = LayerBalance.percentile(ratios, 95);
    return new BalanceSummary(
        Arrays.stream(ratios).sum() / ratios.length, p95, Arrays.stream(ratios).max().orElse(p95));
  }
}
