package io.eplb.cli.bench;

import io.eplb.api.ExpertTable;
import io.eplb.api.Rebalance;
import io.eplb.api.UnsupportedRequestException;
import io.eplb.core.load.LoadSeries;
import io.eplb.core.simulation.Contender;
import io.eplb.core.simulation.ForwardingContender;
import io.eplb.core.simulation.PlannedStep;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A contender whose plans are observed. */
final class ObservedContender extends ForwardingContender {
  private final Observer observer;
  private final @Nullable Consumer<String> refusals;

  /**
   * Observes a contender.
   *
   * @param contender closed with this
   * @param observer is told of every plan
   * @param refusals is told why the policy refuses the request, and the table stays; if it is null,
   *     a refusal ends the simulation
   */
  ObservedContender(Contender contender, Observer observer, @Nullable Consumer<String> refusals) {
    super(contender);
    this.observer = observer;
    this.refusals = refusals;
  }

  /** An observer of plans. */
  @FunctionalInterface
  interface Observer {
    /**
     * Receives a plan.
     *
     * @param step the plan
     * @param next the window after those that it was made from, layers × experts tokens
     */
    void planned(PlannedStep step, double[] next);
  }

  @Override
  public PlannedStep plan(ExpertTable current, LoadSeries estimate, double[] next) {
    PlannedStep step;
    try {
      step = planner().plan(current, estimate, next);
    } catch (UnsupportedRequestException refusal) {
      if (refusals == null) {
        throw refusal;
      }
      String reason = String.valueOf(refusal.getMessage());
      refusals.accept(reason);
      step = new PlannedStep(current, Rebalance.unchanged(current), 0, 0, 0, Optional.of(reason));
    }
    observer.planned(step, next);
    return step;
  }
}
