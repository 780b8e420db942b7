package io.eplb.core.advice;

import java.util.List;
import java.util.OptionalDouble;

/**
 * The figures of a candidate on the held-back windows.
 *
 * @param candidate the way to serve
 * @param slotsPerRank the slots of each rank in a layer
 * @param costs its cost in each held-back window, at least two; see {@link Measure}. The moves of a
 *     plan are shared out to all windows up to the next plan
 * @param serving its mean cost without moves; the mean of {@code costs} unless moves have a price
 * @param par PAR on the windows, mean over layers and windows
 * @param parSame PAR on the windows that the plans were made from
 * @param activated the experts that the busiest rank reads in a step ÷ their mean over the ranks,
 *     if single steps are scored
 * @param movedFirst the experts moved by the first plan, mean over the layers
 * @param movedLater the experts moved by the plans for the held-back windows, mean over layers and
 *     plans
 * @param groupsOnOneNode whether the last table keeps every expert group within one node
 */
public record Trial(
    Candidate candidate,
    int slotsPerRank,
    List<Double> costs,
    double serving,
    double par,
    double parSame,
    OptionalDouble activated,
    double movedFirst,
    double movedLater,
    boolean groupsOnOneNode) {
  /** Copies the costs. */
  public Trial {
    costs = List.copyOf(costs);
  }

  /** Returns the mean cost over the held-back windows. */
  public double cost() {
    return costs.stream().mapToDouble(cost -> cost).average().orElse(Double.NaN);
  }

  /** Returns the part of another candidate's cost that this one saves; negative if it adds. */
  public double saving(Trial other) {
    return 1.0 - cost() / other.cost();
  }
}
