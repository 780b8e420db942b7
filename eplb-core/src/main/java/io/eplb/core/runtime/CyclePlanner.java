package io.eplb.core.runtime;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.PolicyOptions;
import io.eplb.api.wording.OneLine;
import io.eplb.core.context.EplbContext;
import io.eplb.core.contract.GuardedPolicy;
import io.eplb.core.contract.PlanOutcome;
import io.eplb.core.contract.PlanRequest;
import io.eplb.core.foreign.FailureReason;
import io.eplb.core.foreign.ForeignFailure;
import io.eplb.core.load.LoadSeries;
import java.util.concurrent.CancellationException;

/**
 * Asks the engine for its load and the policy for a plan, and keeps the layers that are worth their
 * transfers. Used by one thread at a time; an interrupt gives the plan up.
 */
final class CyclePlanner {
  private final EplbContext context;
  private final LoadCollection loads;
  private final GuardedPolicy policy;
  private final EpTopology topology;
  private final PolicyOptions options;
  private final RuntimeSettings settings;

  CyclePlanner(
      EplbContext context,
      LoadCollection loads,
      GuardedPolicy policy,
      EpTopology topology,
      PolicyOptions options,
      RuntimeSettings settings) {
    this.context = context;
    this.loads = loads;
    this.policy = policy;
    this.topology = topology;
    this.options = options;
    this.settings = settings;
  }

  /** Plans; the answer also holds what went wrong. */
  CyclePlan plan() {
    ExpertTable current = context.current();
    try {
      if (!loads.collect()) {
        return CyclePlan.none(
            CycleOutcome.NOTHING_MEASURED,
            "the load source has no tokens of the phase that counts",
            current);
      }
    } catch (InterruptedException givenUp) {
      return givenUp(current);
    } catch (InvalidInputException unusable) {
      return CyclePlan.none(CycleOutcome.LOAD_FAILED, FailureReason.of(unusable), current);
    } catch (Throwable thrown) {
      return failed(CycleOutcome.LOAD_FAILED, "the load source failed: ", thrown, current);
    }
    try {
      return ask(current, loads.estimate());
    } catch (CancellationException interrupted) {
      return givenUp(current);
    } catch (Throwable thrown) {
      return failed(CycleOutcome.PLAN_FAILED, "planning failed: ", thrown, current);
    }
  }

  private CyclePlan ask(ExpertTable current, LoadSeries estimate) {
    double[] expected = estimate.sum();
    PlanOutcome outcome =
        policy.plan(
            PlanRequest.builder(current, estimate.under(current), topology)
                .options(options)
                .seed(settings.seed())
                .budget(settings.budget())
                .build());
    CycleOutcome end = null;
    String reason = "";
    BenefitGate.Verdict verdict = null;
    if (outcome.failure().isPresent()) {
      end = CycleOutcome.PLAN_FAILED;
      reason = OneLine.brief(String.valueOf(outcome.failure().get().getMessage()));
      if (policy.state().switchedOff()) {
        return CyclePlan.last(reason, current);
      }
    } else if (!outcome.rejectedLayers().isEmpty() && !outcome.changed()) {
      end = CycleOutcome.PLAN_FAILED;
      reason = "every layer was rejected; the first: " + outcome.rejectedLayers().get(0);
    } else if (!outcome.changed()) {
      end = CycleOutcome.UNCHANGED;
    } else {
      verdict =
          BenefitGate.judge(
              settings.benefit(), current, outcome.table(), outcome.layerPriority(), expected);
      end = verdict.layers().length == 0 ? CycleOutcome.NOT_WORTH_IT : null;
    }
    return new CyclePlan(end, reason, current, expected, outcome, verdict, false);
  }

  private static CyclePlan givenUp(ExpertTable current) {
    return CyclePlan.none(CycleOutcome.PLAN_LATE, "planning was interrupted", current);
  }

  private static CyclePlan failed(
      CycleOutcome outcome, String what, Throwable thrown, ExpertTable current) {
    try {
      ForeignFailure.rethrowIfFatal(thrown);
    } catch (VirtualMachineError broken) {
      return CyclePlan.last("the virtual machine failed: " + FailureReason.of(broken), current);
    }
    return CyclePlan.none(outcome, what + FailureReason.of(thrown), current);
  }
}
