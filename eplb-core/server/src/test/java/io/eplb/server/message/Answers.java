package io.eplb.server.message;

import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.server.observe.RejectedLayer;
import io.eplb.server.planning.PlanAnswer;
import java.util.List;
import java.util.Optional;

/** Answers to encode. */
final class Answers {
  /** Two layers, two ranks of two slots, two experts; one slot is empty. */
  static final PlanAnswer CHANGED =
      new PlanAnswer(
          Optional.of(
              ExpertTable.of(3, 2, Placement.of(2, 2, 2, new int[] {0, 1, 0, -1, 1, 0, 0, 1}))),
          true,
          List.of(1, 0),
          3,
          1.5,
          1.0,
          List.of(new RejectedLayer(1, "P4", "layer 1 holds \"a\" twice, 😀")),
          Optional.empty(),
          true,
          List.of(),
          List.of(),
          "0123abcd");

  /** The decision of a round whose ranks do not agree. */
  static final PlanAnswer UNCHANGED =
      new PlanAnswer(
          Optional.empty(),
          false,
          List.of(),
          0,
          Double.NaN,
          Double.NaN,
          List.of(),
          Optional.of("rank 3 did not ask in time"),
          false,
          List.of(3),
          List.of(1, 2),
          "");

  private Answers() {}
}
