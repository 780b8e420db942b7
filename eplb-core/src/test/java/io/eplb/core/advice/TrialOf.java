package io.eplb.core.advice;

import io.eplb.api.Dispatch;
import java.util.List;
import java.util.OptionalDouble;

/** Trials with given figures. */
final class TrialOf {
  private TrialOf() {}

  static Trial costs(Double... costs) {
    return redundant(0, 1.0, true, costs);
  }

  static Trial redundant(int redundant, double moved, boolean together, Double... costs) {
    return new Trial(
        new Candidate("p" + redundant, redundant, 1, Dispatch.EVEN),
        1 + redundant,
        List.of(costs),
        costs[0],
        costs[0],
        costs[0],
        OptionalDouble.empty(),
        moved,
        moved,
        together);
  }
}
