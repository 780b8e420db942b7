package io.eplb.server.observe;

import io.eplb.api.wording.OneLine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes into the log what an operator should look at: failed policies and divided rounds. */
public final class EventLog implements ServiceObserver {
  private static final Logger LOG = LoggerFactory.getLogger(EventLog.class);

  /** Creates an observer. */
  public EventLog() {}

  @Override
  public void planned(PlanRecord plan) {
    if (plan.outcome() == PlanRecord.Outcome.POLICY_FAILED) {
      LOG.warn(
          "group {}, model {}: the table in force stays: {}",
          plan.group(),
          plan.model(),
          OneLine.brief(plan.reason()));
    }
  }

  @Override
  public void roundDecided(RoundRecord round) {
    if (!round.unanimous()) {
      LOG.warn(
          "group {}, round {}: nothing changes: {}",
          round.group(),
          round.round(),
          OneLine.brief(round.reason()));
    }
  }
}
