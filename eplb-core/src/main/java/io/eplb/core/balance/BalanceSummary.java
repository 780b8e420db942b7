package io.eplb.core.balance;

import io.eplb.api.InvalidInputException;
import io.eplb.api.LayerBalance;
import java.util.Arrays;

/**
 * The figures of PAR over some layers, as every report shows them.
 *
 * @param mean the arithmetic mean, 1 or more
 * @param p95 the 95th percentile by nearest rank: the least ratio that at least 95 % of the ratios
 *     do not exceed
 * @param max the worst layer
 */
public record BalanceSummary(double mean, double p95, double max) {
  private static final int PERCENT = 95;

  /**
   * Summarises the layers' ratios.
   *
   * @param ratios at least one, none of them NaN; left as they are
   * @throws InvalidInputException if there is none, or one is NaN
   */
  public static BalanceSummary of(double[] ratios) {
    double p95 = LayerBalance.percentile(ratios, PERCENT);
    return new BalanceSummary(
        Arrays.stream(ratios).sum() / ratios.length, p95, Arrays.stream(ratios).max().orElse(p95));
  }

  /**
   * Returns the position, from 1, of the 95th percentile among ratios in ascending order, as {@link
   * LayerBalance#percentile} takes it.
   *
   * @param count how many ratios there are, 1 or more
   */
  public static long rankOfP95(long count) {
    return (PERCENT * count + 99) / 100;
  }
}
