package io.eplb.core.contract;

import io.eplb.api.contract.Breach;
import io.eplb.api.contract.Rule;
import java.time.Duration;

/** Rule P8: the answer comes before the deadline. */
final class AnswerIsInTime {
  private AnswerIsInTime() {}

  static Breach breach(Duration deadline) {
    String time =
        deadline.toNanosPart() % 1_000_000 == 0 ? deadline.toMillis() + " ms" : deadline.toString();
    return new Breach(Rule.P8, -1, -1, -1, "no answer within " + time);
  }
}
