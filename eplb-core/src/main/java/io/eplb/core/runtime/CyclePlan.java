package io.eplb.core.runtime;

import io.eplb.api.ExpertTable;
import io.eplb.api.Rebalance;
import io.eplb.core.balance.PlanMeasure;
import io.eplb.core.contract.PlanOutcome;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The result of planning: layers to change, or the reason why there are none. Immutable; handed
 * from the planner's thread to the cycle's.
 *
 * @param outcome the reason why nothing changes; null if something does
 * @param reason the outcome in words; empty where the outcome says all
 * @param current the table that was planned for
 * @param expertLoads layers × experts tokens expected over the coming interval; null without a load
 * @param planned the policy's answer; null if there was none
 * @param measure the worth of the answer; null if there was none
 * @param verdict the layers that are worth their transfers; null if the policy changes none
 * @param last whether no cycle can follow this one
 */
@SuppressWarnings("ArrayRecordComponent") // Handed over within this package, never compared.
record CyclePlan(
    @Nullable CycleOutcome outcome,
    String reason,
    ExpertTable current,
    double @Nullable [] expertLoads,
    @Nullable PlanOutcome planned,
    @Nullable PlanMeasure measure,
    BenefitGate.@Nullable Verdict verdict,
    boolean last) {

  /** Returns the plan of a cycle that ended before the policy answered. */
  static CyclePlan none(CycleOutcome outcome, String reason, ExpertTable current) {
    return new CyclePlan(outcome, reason, current, null, null, null, null, false);
  }

  /** Returns the plan of a cycle that no other can follow. */
  static CyclePlan last(String reason, ExpertTable current) {
    return new CyclePlan(CycleOutcome.PLAN_FAILED, reason, current, null, null, null, null, true);
  }

  /** Returns the planned table; the current one without an answer. */
  ExpertTable next() {
    return planned == null ? current : planned.table();
  }

  /** Returns the accepted part of the policy's answer; one without a change if there is none. */
  Rebalance answer() {
    return planned == null ? Rebalance.unchanged(current) : planned.answer();
  }

  /** Returns the layers to change, most profitable first; not to be written to. */
  int[] layers() {
    return verdict == null ? new int[0] : verdict.layers();
  }

  Optional<CycleReport.Benefit> benefit() {
    return Optional.ofNullable(verdict)
        .map(worth -> new CycleReport.Benefit(worth.saving(), worth.price()));
  }

  Optional<PlanMeasure.Expected> expected() {
    return Optional.ofNullable(measure).flatMap(PlanMeasure::expected);
  }

  int notWorthIt() {
    return verdict == null ? 0 : verdict.dropped();
  }

  int rejected() {
    return planned == null ? 0 : planned.rejectedLayers().size();
  }

  /** Returns the number of experts that move in a layer. */
  int moved(int layer) {
    return planned == null ? 0 : planned.expertsMoved(layer);
  }

  Duration planTime() {
    return planned == null ? Duration.ZERO : Duration.ofNanos(planned.planNanos());
  }
}
