package io.eplb.core.runtime;

import io.eplb.api.Dispatch;
import io.eplb.api.ExpertTable;
import io.eplb.core.balance.BalanceSummary;
import io.eplb.core.balance.PlanMeasure;
import io.eplb.core.update.LayerPhase;
import io.eplb.core.update.LayerProgress;
import io.eplb.core.update.UpdateReport;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The report of one balance cycle. Immutable.
 *
 * @param cycle the number of the cycle, from 1
 * @param outcome the outcome
 * @param reason the reason of that outcome, in one line; empty where the outcome says all
 * @param version the version of the table in force at its end
 * @param balance the balance before and after; empty without a load to judge it by
 * @param expected the peaks that the policy expected of its plan, in its own measure; empty if it
 *     did not say
 * @param benefit the benefit expected of the plan; empty without a plan
 * @param layersNotWorthIt layers left as they are, since a change was not worth its transfers
 * @param layersRejected layers whose proposal broke a rule of the contract
 * @param expertsMoved experts that ranks hold after and did not hold before, in committed layers
 * @param planTime the time of the policy's call, contract check included
 * @param update the report of the update; empty if no layer was to change
 */
public record CycleReport(
    long cycle,
    CycleOutcome outcome,
    String reason,
    long version,
    Optional<Balance> balance,
    Optional<PlanMeasure.Expected> expected,
    Optional<Benefit> benefit,
    int layersNotWorthIt,
    int layersRejected,
    long expertsMoved,
    Duration planTime,
    Optional<UpdateReport> update) {
  /** Creates a report. */
  public CycleReport {}

  /**
   * PAR by speed under the estimate that the plan was made for.
   *
   * @param dispatch the way in which the engine divides an expert's tokens among its replicas
   * @param before the PAR of the table at the start of the cycle
   * @param after the PAR of the table at its end
   */
  public record Balance(Dispatch dispatch, BalanceSummary before, BalanceSummary after) {
    /** Creates a balance. */
    public Balance {}
  }

  /**
   * The expected worth of the layers to change over the coming interval, in tokens of their hottest
   * ranks; see {@link BenefitSettings}.
   *
   * @param saving tokens saved
   * @param price tokens that the transfers cost
   */
  public record Benefit(double saving, double price) {
    /** Creates a pair. */
    public Benefit {}
  }

  /**
   * Reports a cycle.
   *
   * @param table the table in force at its end
   * @param plan the plan; null if there was none
   * @param update the report of its update; null if no layer was to change
   */
  static CycleReport of(
      long cycle,
      CycleOutcome outcome,
      String reason,
      ExpertTable table,
      @Nullable CyclePlan plan,
      @Nullable UpdateReport update) {
    return new CycleReport(
        cycle,
        outcome,
        reason,
        table.version(),
        plan == null ? Optional.empty() : balance(plan, table),
        plan == null ? Optional.empty() : plan.expected(),
        plan == null ? Optional.empty() : plan.benefit(),
        plan == null ? 0 : plan.notWorthIt(),
        plan == null ? 0 : plan.rejected(),
        plan == null || update == null ? 0 : moved(plan, update),
        plan == null ? Duration.ZERO : plan.planTime(),
        Optional.ofNullable(update));
  }

  private static Optional<Balance> balance(CyclePlan plan, ExpertTable table) {
    return Optional.ofNullable(plan.measure())
        .map(
            measure ->
                new Balance(
                    measure.dispatch(),
                    measure.before().summary(),
                    measure.after(table).summary()));
  }

  private static long moved(CyclePlan plan, UpdateReport update) {
    long moved = 0;
    for (LayerProgress layer : update.layers()) {
      moved += layer.phase() == LayerPhase.COMMITTED ? plan.moved(layer.layer()) : 0;
    }
    return moved;
  }

  /** Returns the reason of the first abort, in the order of priority; empty if no layer was. */
  static String firstAbort(UpdateReport update) {
    return update.layers().stream()
        .filter(layer -> layer.phase() == LayerPhase.ABORTED)
        .findFirst()
        .map(layer -> "layer " + layer.layer() + " was aborted: " + layer.explanation())
        .orElse("");
  }

  /** Returns the number of layers that have changed. */
  public int layersCommitted() {
    return count(LayerPhase.COMMITTED);
  }

  /** Returns the number of layers that were to change and were aborted. */
  public int layersAborted() {
    return count(LayerPhase.ABORTED);
  }

  private int count(LayerPhase phase) {
    return update.map(report -> report.count(phase)).orElse(0);
  }
}
