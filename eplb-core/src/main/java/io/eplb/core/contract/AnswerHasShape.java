package io.eplb.core.contract;

import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.api.contract.Breach;
import io.eplb.api.contract.Rule;
import io.eplb.api.wording.Shape;
import org.jspecify.annotations.Nullable;

/** Rule P1: the answer has the shape of the current table. */
final class AnswerHasShape {
  private AnswerHasShape() {}

  static @Nullable Breach firstBreach(ExpertTable current, Placement answer) {
    if (answer.layers() == current.layers()
        && answer.ranks() == current.ranks()
        && answer.slotsPerRank() == current.slotsPerRank()) {
      return null;
    }
    return new Breach(
        Rule.P1,
        -1,
        -1,
        -1,
        "the answer has "
            + Shape.placement(answer.layers(), answer.ranks(), answer.slotsPerRank())
            + " instead of "
            + Shape.placement(current.layers(), current.ranks(), current.slotsPerRank()));
  }
}
