package io.eplb.core.runtime;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.LayerEnd;
import io.eplb.api.wording.OneLine;
import io.eplb.core.balance.PlanMeasure;
import io.eplb.core.context.EplbContext;
import io.eplb.core.contract.GuardedPolicy;
import io.eplb.core.contract.PlanOutcome;
import io.eplb.core.contract.PlanRequest;
import io.eplb.core.foreign.FailureReason;
import io.eplb.core.foreign.ForeignFailure;
import io.eplb.core.load.LoadSeries;
import io.eplb.core.update.LayerPhase;
import io.eplb.core.update.LayerProgress;
import io.eplb.core.update.UpdateReport;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Asks the engine for its load and the policy for a plan, and keeps the layers that are worth their
 * transfers. Used by one thread at a time; an interrupt gives the plan up.
 */
final class CyclePlanner {
  private final EplbContext context;
  private final LoadCollection loads;
  private final GuardedPolicy policy;
  private final EpTopology topology;
  private final UnaryOperator<PlanRequest.Builder> asking;
  private final RuntimeSettings settings;

  /** Null if speeds are not measured. */
  private final @Nullable MeasuredSpeeds speeds;

  private EpRanks known;

  /**
   * Takes the parts that it works with.
   *
   * @param asking sets what a question has from the configuration: options, phase and hints
   */
  CyclePlanner(
      EplbContext context,
      LoadCollection loads,
      GuardedPolicy policy,
      EpTopology topology,
      UnaryOperator<PlanRequest.Builder> asking,
      RuntimeSettings settings,
      @Nullable MeasuredSpeeds speeds) {
    this.speeds = speeds;
    this.known = EpRanks.nominal(topology);
    this.context = context;
    this.loads = loads;
    this.policy = policy;
    this.topology = topology;
    this.asking = asking;
    this.settings = settings;
  }

  /** Returns the ranks of the last plan, with the speeds that were measured for it. */
  EpRanks ranks() {
    return known;
  }

  /**
   * Plans; the answer also holds what went wrong.
   *
   * @param ranks the ranks that the table fits
   */
  CyclePlan plan(EpRanks ranks) {
    ExpertTable current = context.current();
    known = ranks;
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
      MeasuredSpeeds measuring = speeds;
      EpRanks measured =
          measuring == null ? ranks : measuring.measured(ranks, current, loads.lastWindow());
      known = measured;
      return ask(current, loads.estimate(), measured);
    } catch (CancellationException interrupted) {
      return givenUp(current);
    } catch (Throwable thrown) {
      return failed(CycleOutcome.PLAN_FAILED, "planning failed: ", thrown, current);
    }
  }

  private CyclePlan ask(ExpertTable current, LoadSeries estimate, EpRanks ranks) {
    double[] expected = estimate.sum();
    PlanRequest request =
        asking
            .apply(PlanRequest.builder(current, estimate.under(current), topology))
            .ranks(ranks)
            .seed(settings.seed())
            .budget(settings.budget())
            .build();
    PlanOutcome outcome = policy.plan(request);
    PlanMeasure measure =
        PlanMeasure.of(
            current,
            request.ranks(),
            request.dispatch(),
            outcome.answer(),
            policy.traits().objective(),
            expected);
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
              settings.benefit(), current, outcome.table(), outcome.layerPriority(), measure);
      end = verdict.layers().length == 0 ? CycleOutcome.NOT_WORTH_IT : null;
      tell(outcome, dropped(outcome, verdict), LayerEnd.Outcome.NOT_WORTH_IT);
    }
    return new CyclePlan(end, reason, current, expected, outcome, measure, verdict, false);
  }

  private static int[] dropped(PlanOutcome outcome, BenefitGate.Verdict verdict) {
    boolean[] kept = new boolean[outcome.table().layers()];
    for (int layer : verdict.layers()) {
      kept[layer] = true;
    }
    return Arrays.stream(outcome.layerPriority()).filter(layer -> !kept[layer]).toArray();
  }

  private void tell(PlanOutcome outcome, int[] layers, LayerEnd.Outcome end) {
    long version = context.current().version();
    policy.layersEnded(
        outcome,
        Arrays.stream(layers).mapToObj(layer -> LayerEnd.of(layer, end, version)).toList());
  }

  /**
   * Lets the policy know, on its own thread, what became of the layers that a plan was to change.
   * Returns at once; any thread may call it, once for a plan.
   *
   * @param update the report of the update; null if there was none or it failed
   */
  void ended(CyclePlan plan, @Nullable UpdateReport update) {
    PlanOutcome planned = plan.planned();
    if (planned == null || plan.layers().length == 0) {
      return;
    }
    if (update == null) {
      tell(planned, plan.layers(), LayerEnd.Outcome.ABORTED);
      return;
    }
    for (LayerProgress layer : update.layers()) {
      boolean committed = layer.phase() == LayerPhase.COMMITTED;
      tell(
          planned,
          new int[] {layer.layer()},
          committed ? LayerEnd.Outcome.COMMITTED : LayerEnd.Outcome.ABORTED);
    }
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
