package io.eplb.server.round;

import io.eplb.server.observe.RoundRecord;
import io.eplb.server.planning.PlanAnswer;
import java.time.Instant;

/**
 * The decision of a round.
 *
 * @param round the round's number
 * @param world the ranks expected
 * @param time the time of the decision
 * @param answer the answer to every rank
 */
record Decision(long round, int world, Instant time, PlanAnswer answer) {
  RoundRecord toRecord(String group) {
    return new RoundRecord(
        group,
        round,
        time,
        world,
        answer.unanimous(),
        answer.changed(),
        answer.missing(),
        answer.different(),
        answer.reason().orElse(""));
  }
}
