package io.eplb.server.observe;

import io.eplb.api.Dispatch;
import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.PolicyException;
import io.eplb.api.PolicyOptions;
import io.eplb.core.balance.BalanceReport;
import io.eplb.core.contract.ContractSettings;
import io.eplb.core.contract.GuardedPolicy;
import io.eplb.core.contract.PlanOutcome;
import io.eplb.core.contract.PlanRequest;
import io.eplb.core.file.RecordingFiles;
import io.eplb.core.load.LoadHistory;
import io.eplb.core.load.LoadRecording;
import io.eplb.core.load.Weighting;
import io.eplb.core.registry.DiscoveredPolicy;
import io.eplb.core.registry.PolicyRegistry;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** The events of a group that plans on the recording among the examples, window after window. */
public final class RecordedPlans {
  /** The ranks that the recording is balanced over. */
  public static final int RANKS = 32;

  private static final Path RECORDING = Path.of("../examples/glm52-mixed.npy");
  private static final double ALPHA = 0.25;

  private RecordedPlans() {}

  /** Returns one plan for each window, made by the policy of that name. */
  public static List<PlanRecord> of(String group, String policyName) {
    LoadRecording recording = RecordingFiles.read(RECORDING);
    EpTopology topology = EpTopology.withRedundantExperts(recording.experts(), RANKS, 1, 1, RANKS);
    LoadHistory history =
        new LoadHistory(recording.layers(), recording.experts(), Weighting.exponential(ALPHA));
    EpRanks living = EpRanks.nominal(topology);
    DiscoveredPolicy policy = PolicyRegistry.onClassPath().find(policyName);
    PolicyOptions options = PolicyOptions.parse(policy.options(), Map.of());
    ExpertTable table = ExpertTable.initial(recording.layers(), topology);
    List<PlanRecord> plans = new ArrayList<>();
    try (GuardedPolicy guarded =
        new GuardedPolicy(policy::newInstance, ContractSettings.defaults())) {
      for (int window = 0; window < recording.windows(); window++) {
        double[] newest = recording.sum(window, window);
        history.add(newest);
        PlanOutcome outcome =
            guarded.plan(
                PlanRequest.builder(table, history.series().under(table), topology)
                    .options(options)
                    .build());
        guarded.committed(outcome);
        BalanceReport measured = BalanceReport.of(table, newest);
        plans.add(
            new PlanRecord(
                group,
                recording.layers() + "x" + recording.experts(),
                Instant.parse("2026-11-30T05:00:00Z").plusSeconds(60L * window),
                window + 1,
                policyName,
                Map.of("device_slots", "shared", "seed", "0"),
                Dispatch.EVEN,
                outcome.changed() ? PlanRecord.Outcome.CHANGED : PlanRecord.Outcome.UNCHANGED,
                outcome.failure().map(PolicyException::getMessage).orElse(""),
                history.windows(),
                outcome.expertsMoved(),
                outcome.planNanos(),
                List.of(),
                pars(table, history.estimate()),
                pars(outcome.table(), history.estimate()),
                window == 0 ? OptionalDouble.empty() : OptionalDouble.of(measured.summary().mean()),
                window == 0
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(
                        pars(table, newest).stream()
                            .mapToDouble(par -> 1 / par)
                            .average()
                            .orElse(0)),
                RankHeat.of(table, newest, living, Dispatch.EVEN),
                RankHeat.of(outcome.table(), newest, living, Dispatch.EVEN)));
        table = outcome.table();
      }
    }
    return plans;
  }

  /** Returns a plan as that of another group. */
  public static PlanRecord renamed(PlanRecord plan, String group) {
    return new PlanRecord(
        group,
        plan.model(),
        plan.time(),
        plan.number(),
        plan.policy(),
        plan.options(),
        plan.dispatch(),
        plan.outcome(),
        plan.reason(),
        plan.history(),
        plan.moved(),
        plan.planNanos(),
        plan.rejected(),
        plan.predictedBefore(),
        plan.predictedAfter(),
        plan.measured(),
        plan.measuredBalancedness(),
        plan.before(),
        plan.after());
  }

  /** Returns a plan with other loads of its ranks, the same before and after. */
  public static PlanRecord withHeat(PlanRecord plan, RankHeat heat) {
    return new PlanRecord(
        plan.group(),
        plan.model(),
        plan.time(),
        plan.number(),
        plan.policy(),
        plan.options(),
        plan.dispatch(),
        plan.outcome(),
        plan.reason(),
        plan.history(),
        plan.moved(),
        plan.planNanos(),
        plan.rejected(),
        plan.predictedBefore(),
        plan.predictedAfter(),
        plan.measured(),
        plan.measuredBalancedness(),
        heat,
        heat);
  }

  /** Returns a plan as one that failed. */
  public static PlanRecord failed(
      PlanRecord plan, String reason, Map<String, String> options, List<RejectedLayer> rejected) {
    return new PlanRecord(
        plan.group(),
        plan.model(),
        plan.time(),
        plan.number(),
        plan.policy(),
        options,
        plan.dispatch(),
        PlanRecord.Outcome.POLICY_FAILED,
        reason,
        plan.history(),
        0,
        plan.planNanos(),
        rejected,
        plan.predictedBefore(),
        plan.predictedBefore(),
        plan.measured(),
        plan.measuredBalancedness(),
        plan.before(),
        plan.before());
  }

  private static List<Double> pars(ExpertTable table, double[] loads) {
    BalanceReport report = BalanceReport.of(table, loads);
    return IntStream.range(0, report.layers()).mapToObj(report::peakToAverage).toList();
  }
}
