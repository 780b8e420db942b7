package io.eplb.server.metrics;

import io.eplb.api.Dispatch;
import io.eplb.core.balance.BalanceSummary;
import io.eplb.server.observe.PlanFigures;
import io.eplb.server.observe.PlanRecord;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The figures of one model. Its gauges show the last plan. */
final class ModelMeters {
  private static final Duration[] PLAN_TIMES = {
    Duration.ofMillis(1),
    Duration.ofMillis(10),
    Duration.ofMillis(100),
    Duration.ofSeconds(1),
    Duration.ofSeconds(10),
    Duration.ofSeconds(60),
  };

  private final MeterSet meters;
  private final Map<PlanRecord.Outcome, Counter> plans = new EnumMap<>(PlanRecord.Outcome.class);
  private final Map<FailureWord, Counter> failures = new EnumMap<>(FailureWord.class);
  private final Timer planTime;
  private final Counter moved;
  private volatile @Nullable PlanFigures figures;

  ModelMeters(MeterRegistry registry, ModelName name) {
    meters = new MeterSet(registry, name.tags());
    par(
        "eplb.par.predicted",
        "PAR (max / mean of the ranks' loads) that the last plan expects of its table.",
        PlanFigures::predicted);
    par(
        "eplb.par.measured",
        "PAR of the newest window under the table that was planned before; NaN if there is none.",
        PlanFigures::measured);
    gauge(
        "eplb.balancedness.predicted",
        "Mean / max of the ranks' loads that the last plan expects, mean over the layers.",
        PlanFigures::balancednessPredicted);
    gauge(
        "eplb.balancedness.measured",
        "Mean / max of the ranks' loads in the newest window, mean over the layers; NaN if the table was not planned here.",
        shown -> shown.plan().measuredBalancedness().orElse(Double.NaN));
    for (Dispatch dispatch : Dispatch.values()) {
      gauge(
          "eplb.dispatch",
          "1 at the dispatch for which the last plan was made and under which its PAR is measured; 0 at the others.",
          shown -> shown.plan().dispatch() == dispatch ? 1 : 0,
          "dispatch",
          dispatch.label());
    }
    gauge(
        "eplb.history.windows",
        "Windows of load that the estimate rests on.",
        shown -> shown.plan().history());
    for (PlanRecord.Outcome outcome : PlanRecord.Outcome.values()) {
      plans.put(outcome, meters.counter("eplb.plans", "Plans.", "outcome", Words.of(outcome)));
    }
    for (FailureWord word : FailureWord.values()) {
      failures.put(
          word,
          meters.counter(
              "eplb.policy.failures",
              "Plans that the policy failed to make, so that the table stays.",
              "reason",
              word.label()));
    }
    planTime =
        meters.add(
            Timer.builder("eplb.plan")
                .description("Time of a plan: the policy and the check of its answer.")
                .tags(meters.tags())
                .serviceLevelObjectives(PLAN_TIMES)
                .register(registry));
    moved =
        meters.counter("eplb.experts.moved", "Experts that ranks had to receive, over all plans.");
  }

  void add(PlanRecord plan) {
    figures = PlanFigures.of(plan);
    planTime.record(Duration.ofNanos(plan.planNanos()));
    moved.increment((double) plan.moved());
    counter(plans, plan.outcome()).increment();
    if (plan.outcome() == PlanRecord.Outcome.POLICY_FAILED) {
      counter(failures, FailureWord.of(plan.reason())).increment();
    }
    plan.rejected().forEach(layer -> rejected(layer.rule()).increment());
  }

  private static <K extends Enum<K>> Counter counter(Map<K, Counter> counters, K key) {
    Counter counter = counters.get(key);
    if (counter == null) {
      throw new IllegalStateException("no counter of " + key);
    }
    return counter;
  }

  /** Returns the counter of a rule: there are nine, so each comes with its first breach. */
  private Counter rejected(String rule) {
    return meters.counter(
        "eplb.layers.rejected",
        "Layers whose new row broke the rule, so that they keep the old one.",
        "rule",
        rule);
  }

  Optional<PlanRecord> last() {
    return Optional.ofNullable(figures).map(PlanFigures::plan);
  }

  void remove() {
    meters.remove();
  }

  private void par(String name, String description, Function<PlanFigures, BalanceSummary> par) {
    String about = description + " Over the layers: mean, p95 or max.";
    gauge(name, about, shown -> par.apply(shown).mean(), "layers", "mean");
    gauge(name, about, shown -> par.apply(shown).p95(), "layers", "p95");
    gauge(name, about, shown -> par.apply(shown).max(), "layers", "max");
  }

  private void gauge(
      String name, String description, ToDoubleFunction<PlanFigures> value, String... moreTags) {
    meters.gauge(
        name,
        description,
        () -> {
          PlanFigures shown = figures;
          return shown == null ? Double.NaN : value.applyAsDouble(shown);
        },
        moreTags);
  }
}
