package io.eplb.core.advice;

import io.eplb.api.ExpertTable;
import io.eplb.api.Rebalance;
import io.eplb.core.load.LoadSeries;
import io.eplb.core.simulation.Contender;
import io.eplb.core.simulation.ForwardingContender;
import io.eplb.core.simulation.PlannedStep;
import java.util.Optional;

/**
 * A contender that plans in the first window, in the last window before the held-back ones, and
 * then every some windows; in between it keeps its table.
 */
final class PeriodicContender extends ForwardingContender {
  private final int interval;
  private final int phase;
  private int window;

  /**
   * Wraps a contender, which is closed with this.
   *
   * @param interval the windows from one plan to the next
   * @param taught the windows before the held-back ones
   */
  PeriodicContender(Contender planner, int interval, int taught) {
    super(planner);
    this.interval = interval;
    this.phase = (taught - 1) % interval;
  }

  @Override
  public PlannedStep plan(ExpertTable current, LoadSeries estimate, double[] next) {
    int now = window++;
    return now == 0 || now % interval == phase
        ? planner().plan(current, estimate, next)
        : new PlannedStep(current, Rebalance.unchanged(current), 0, 0, 0, Optional.empty());
  }
}
