package io.eplb.core.runtime;

import io.eplb.api.ExpertTable;
import io.eplb.core.contract.PlanOutcome;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The result of planning: layers to change, or why there are none. Immutable; handed from the
 * planner's thread to the cycle's.
 */
final class CyclePlan {
  private final @Nullable CycleOutcome outcome;
  private final String reason;
  private final ExpertTable current;
  private final double @Nullable [] expertLoads;
  private final @Nullable PlanOutcome planned;
  private final BenefitGate.@Nullable Verdict verdict;
  private final boolean last;

  private CyclePlan(
      @Nullable CycleOutcome outcome,
      String reason,
      ExpertTable current,
      double @Nullable [] expertLoads,
      @Nullable PlanOutcome planned,
      BenefitGate.@Nullable Verdict verdict,
      boolean last) {
    this.outcome = outcome;
    this.reason = reason;
    this.current = current;
    this.expertLoads = expertLoads;
    this.planned = planned;
    this.verdict = verdict;
    this.last = last;
  }

  /** Returns the plan of a cycle that came to nothing before the policy answered. */
  static CyclePlan none(
      CycleOutcome outcome, String reason, ExpertTable current, double @Nullable [] expertLoads) {
    return new CyclePlan(outcome, reason, current, expertLoads, null, null, false);
  }

  /** Returns the plan of a cycle after which no other makes sense. */
  static CyclePlan last(String reason, ExpertTable current) {
    return new CyclePlan(CycleOutcome.PLAN_FAILED, reason, current, null, null, null, true);
  }

  /** Returns the plan that the policy's answer makes. */
  static CyclePlan of(
      @Nullable CycleOutcome outcome,
      String reason,
      ExpertTable current,
      double[] expertLoads,
      PlanOutcome planned,
      BenefitGate.@Nullable Verdict verdict) {
    return new CyclePlan(outcome, reason, current, expertLoads, planned, verdict, false);
  }

  /** Returns why nothing is to be changed; null if something is. */
  @Nullable CycleOutcome outcome() {
    return outcome;
  }

  /** Returns the outcome in words; empty where it says all. */
  String reason() {
    return reason;
  }

  /** Returns the table that this was planned for. */
  ExpertTable current() {
    return current;
  }

  /** Returns the table to come. */
  ExpertTable next() {
    return planned == null ? current : planned.table();
  }

  /** Returns the layers to change, most profitable first; not to be written to. */
  int[] layers() {
    return verdict == null ? new int[0] : verdict.layers();
  }

  /** Returns layers × experts tokens expected over the coming interval; null without a load. */
  double @Nullable [] expertLoads() {
    return expertLoads;
  }

  Optional<CycleReport.Benefit> benefit() {
    return Optional.ofNullable(verdict)
        .map(worth -> new CycleReport.Benefit(worth.saving(), worth.price()));
  }

  int notWorthIt() {
    return verdict == null ? 0 : verdict.dropped();
  }

  int rejected() {
    return planned == null ? 0 : planned.rejectedLayers().size();
  }

  /** Returns the experts that move in a layer. */
  int moved(int layer) {
    return planned == null ? 0 : planned.expertsMoved(layer);
  }

  Duration planTime() {
    return planned == null ? Duration.ZERO : Duration.ofNanos(planned.planNanos());
  }

  /** Returns whether this has to be the last cycle. */
  boolean last() {
    return last;
  }
}
