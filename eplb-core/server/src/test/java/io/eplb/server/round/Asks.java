package io.eplb.server.round;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.core.format.NumberArray;
import io.eplb.server.planning.PlanAnswer;
import io.eplb.server.planning.PlanAsk;
import java.util.List;
import java.util.Optional;

/** Questions and answers for tests. */
final class Asks {
  static final String GROUP = "default";

  private Asks() {}

  /** Returns a question; questions of different numbers differ. */
  static PlanAsk ask(String group, int number) {
    return PlanAsk.ofLoad(group, new NumberArray(new int[] {1, 2}, new double[] {number, 1}))
        .build();
  }

  static PlanAsk ask(int number) {
    return ask(GROUP, number);
  }

  /** Returns a plan for a question. */
  static PlanAnswer plan(PlanAsk ask, boolean changed) {
    return new PlanAnswer(
        Optional.of(ExpertTable.initial(1, EpTopology.of(2, 2, 1, 1, 1))),
        changed,
        changed ? List.of(0) : List.of(),
        changed ? 2 : 0,
        1.5,
        1.25,
        List.of(),
        Optional.empty(),
        true,
        List.of(),
        List.of(),
        ask.digest());
  }
}
