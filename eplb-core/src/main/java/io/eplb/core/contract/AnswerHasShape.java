package io.eplb.core.contract;

import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.api.contract.Breach;
import io.eplb.api.contract.Rule;
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
            + ShapesAgree.layers(answer.layers(), answer.ranks(), answer.slotsPerRank())
            + " instead of "
            + ShapesAgree.layers(current.layers(), current.ranks(), current.slotsPerRank()));
  }
}
