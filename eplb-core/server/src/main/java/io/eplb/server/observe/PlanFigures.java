package io.eplb.server.observe;

import io.eplb.core.balance.BalanceSummary;
import java.util.List;

/**
 * A plan with the figures that metrics and page both show of it. A figure that is not known is NaN.
 *
 * @param plan the plan
 * @param before PAR of the table in force, under the estimate
 * @param predicted PAR of the planned table, under the estimate
 * @param measured PAR of the table in force, under the newest window; unknown if the table was not
 *     planned here
 * @param balancednessPredicted mean over the layers of 1 ÷ PAR of the planned table
 */
public record PlanFigures(
    PlanRecord plan,
    BalanceSummary before,
    BalanceSummary predicted,
    BalanceSummary measured,
    double balancednessPredicted) {
  private static final BalanceSummary UNKNOWN =
      new BalanceSummary(Double.NaN, Double.NaN, Double.NaN);

  /** Returns the figures of a plan. */
  public static PlanFigures of(PlanRecord plan) {
    return new PlanFigures(
        plan,
        summary(doubles(plan.predictedBefore())),
        summary(doubles(plan.predictedAfter())),
        plan.measured().isPresent() ? measured(plan, plan.measured().getAsDouble()) : UNKNOWN,
        plan.predictedAfter().stream().mapToDouble(par -> 1.0 / par).average().orElse(Double.NaN));
  }

  private static BalanceSummary measured(PlanRecord plan, double mean) {
    BalanceSummary layers = summary(plan.before().pars());
    return new BalanceSummary(mean, layers.p95(), layers.max());
  }

  private static BalanceSummary summary(double[] pars) {
    return pars.length == 0 ? UNKNOWN : BalanceSummary.of(pars);
  }

  private static double[] doubles(List<Double> numbers) {
    return numbers.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
