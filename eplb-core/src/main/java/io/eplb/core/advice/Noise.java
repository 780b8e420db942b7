package io.eplb.core.advice;

import java.util.Comparator;
import java.util.List;

/**
 * The noise of a comparison. Two candidates see the same windows, so their costs are compared
 * window by window: a difference counts if its mean is more than twice its standard error, and more
 * than half a percent of the cost.
 *
 * <p>Example: costs of 1.20, 1.40 and 1.21, 1.41 differ by 0.01 in each window, which is clear
 * though the windows are far apart. Costs of 1.20, 1.40 and 1.30, 1.30 are equal.
 */
final class Noise {
  private static final double STANDARD_ERRORS = 2.0;
  private static final double TRIFLE = 0.005;

  private Noise() {}

  /** Returns whether a candidate costs less than another by more than noise. */
  static boolean below(Trial first, Trial second) {
    int windows = first.costs().size();
    double mean = second.cost() - first.cost();
    double squares = 0.0;
    for (int window = 0; window < windows; window++) {
      double apart = second.costs().get(window) - first.costs().get(window) - mean;
      squares += apart * apart;
    }
    double error = Math.sqrt(squares / Math.max(1, windows - 1) / windows);
    return mean > Math.max(STANDARD_ERRORS * error, TRIFLE * second.cost());
  }

  /**
   * Returns the candidate that an order puts first, of those that the best does not beat by more
   * than noise.
   *
   * @param trials at least one
   * @param order the cheapest first; of equals the one with the least cost is taken
   */
  static Trial choose(List<Trial> trials, Comparator<Trial> order) {
    Trial best = trials.stream().min(Comparator.comparingDouble(Trial::cost)).orElseThrow();
    return trials.stream()
        .filter(trial -> !below(best, trial))
        .min(order.thenComparingDouble(Trial::cost))
        .orElse(best);
  }
}
