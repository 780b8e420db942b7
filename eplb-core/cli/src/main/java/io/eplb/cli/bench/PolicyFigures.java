package io.eplb.cli.bench;

import io.eplb.core.simulation.PolicyScore;
import java.util.Optional;

/**
 * The figures of one policy by all protocols.
 *
 * @param ratioOfRanks the balancedness of ranks by ADRS's evaluator, 0 to 1
 * @param ratioOfSlots that of slots
 * @param score PAR on the next window and moves, planned from a moving average
 * @param first the time of the plan that starts from the initial layout
 * @param later the time of the plans after it
 * @param refusal the reason if the policy refuses to plan for the group
 */
public record PolicyFigures(
    double ratioOfRanks,
    double ratioOfSlots,
    PolicyScore score,
    Time first,
    Time later,
    Optional<String> refusal) {
  /**
   * The median time of plans.
   *
   * @param planMillis in milliseconds; NaN without a plan
   * @param planOverSort as a multiple of the time of a sort; NaN without a plan
   */
  public record Time(double planMillis, double planOverSort) {
    static Time of(PlanningTime time) {
      return new Time(time.planMillis(), time.planOverSort());
    }
  }

  /** Returns whether no plan was accepted, so that the figures are those of the initial layout. */
  public boolean failed() {
    return score.failedPlans() == score.windows().size();
  }
}
