package io.eplb.core.runtime;

import io.eplb.core.update.LayerPhase;
import io.eplb.core.update.UpdateReport;
import java.util.Locale;

/** The outcome of a balance cycle. */
public enum CycleOutcome {
  /** Every layer that was to change has changed. */
  COMMITTED(Kind.SUCCESS),
  /** Some layers have changed, others were aborted and keep their rows. */
  PARTLY_COMMITTED(Kind.SUCCESS),
  /** The policy found nothing to change. */
  UNCHANGED(Kind.SUCCESS),
  /** The policy found changes, none of which is worth its transfers. */
  NOT_WORTH_IT(Kind.SUCCESS),
  /** There is no load to plan for: nothing was measured in the phase that counts. */
  NOTHING_MEASURED(Kind.NEITHER),
  /** The load source failed, or its loads cannot be used. */
  LOAD_FAILED(Kind.FAILURE),
  /** The policy failed, or all layers of its answer were rejected. */
  PLAN_FAILED(Kind.POLICY_FAILURE),
  /** The plan was not there in time and was given up. */
  PLAN_LATE(Kind.POLICY_FAILURE),
  /** Every layer that was to change was aborted; the table is the one before. */
  ABORTED(Kind.FAILURE),
  /** Ranks have failed or returned meanwhile, so the plan was made for other ranks. */
  RANKS_CHANGED(Kind.NEITHER),
  /** The runtime was closed meanwhile. */
  CLOSED(Kind.NEITHER);

  private enum Kind {
    SUCCESS,
    NEITHER,
    FAILURE,
    POLICY_FAILURE
  }

  private final Kind kind;

  CycleOutcome(Kind kind) {
    this.kind = kind;
  }

  /** Returns the outcome of a cycle with an update. */
  static CycleOutcome of(UpdateReport update) {
    if (update.complete()) {
      return COMMITTED;
    }
    return update.count(LayerPhase.COMMITTED) > 0 ? PARTLY_COMMITTED : ABORTED;
  }

  /** Returns whether the table is as good as the policy can make it. */
  public boolean success() {
    return kind == Kind.SUCCESS;
  }

  /** Returns whether this counts against the circuit breaker where ranks are of one process. */
  public boolean failure() {
    return kind == Kind.FAILURE || kind == Kind.POLICY_FAILURE;
  }

  /**
   * Returns whether the policy has failed. That alone counts against the circuit breaker where
   * ranks are other processes: a rank that is out of reach comes back by itself.
   */
  public boolean policyFailure() {
    return kind == Kind.POLICY_FAILURE;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
