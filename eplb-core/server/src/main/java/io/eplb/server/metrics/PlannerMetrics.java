package io.eplb.server.metrics;

import io.eplb.core.balance.BalanceSummary;
import io.eplb.core.cluster.Connection;
import io.eplb.core.runtime.ClusterState;
import io.eplb.core.runtime.CycleListener;
import io.eplb.core.runtime.CycleOutcome;
import io.eplb.core.runtime.CycleReport;
import io.eplb.core.update.AbortReason;
import io.eplb.core.update.LayerProgress;
import io.eplb.core.update.UpdateReport;
import io.eplb.server.observe.PlannerFigures;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The figures of a planner. Those of its state are NaN while it stands by; it has counted only what
 * happened while it led.
 */
public final class PlannerMetrics extends ProcessMetrics implements CycleListener {
  private static final Duration[] TIMES = {
    Duration.ofMillis(10),
    Duration.ofMillis(100),
    Duration.ofSeconds(1),
    Duration.ofSeconds(10),
    Duration.ofMinutes(1),
    Duration.ofMinutes(10),
  };

  private final Supplier<PlannerFigures> planner;
  private final MeterSet meters = new MeterSet(registry(), Tags.empty());
  private final MultiGauge away =
      MultiGauge.builder("eplb.planner.rank.away")
          .description("1 for each rank that is away; no update begins until it is back.")
          .register(registry());
  private final Map<CycleOutcome, Counter> cycles = new EnumMap<>(CycleOutcome.class);
  private final Map<AbortReason, Counter> aborts = new EnumMap<>(AbortReason.class);
  private final Counter committedSwitches;
  private final Counter voidSwitches;
  private final Counter layersCommitted;
  private final Counter layersRejected;
  private final Counter layersNotWorthIt;
  private final Counter experts;
  private final Counter bytes;
  private final Timer plan;
  private final Timer update;
  private volatile PlannerFigures seen;
  private volatile CycleReport.@Nullable Balance balance;
  private volatile double lead = Double.NaN;

  /**
   * Creates the figures.
   *
   * @param planner returns the planner at this moment
   */
  public PlannerMetrics(Supplier<PlannerFigures> planner) {
    this.planner = planner;
    this.seen = planner.get();
    showState();
    showBalance();
    for (CycleOutcome outcome : CycleOutcome.values()) {
      cycles.put(
          outcome,
          meters.counter("eplb.planner.cycles", "Balance cycles.", "outcome", Words.of(outcome)));
    }
    for (AbortReason reason : AbortReason.values()) {
      aborts.put(
          reason,
          meters.counter(
              "eplb.planner.layers.aborted",
              "Layers that were to change and keep their rows.",
              "reason",
              Words.of(reason)));
    }
    String switches =
        "Switches of layers; void: a rank did not promise, or came to the fence before the decision.";
    committedSwitches = meters.counter("eplb.planner.switches", switches, "outcome", "committed");
    voidSwitches = meters.counter("eplb.planner.switches", switches, "outcome", "void");
    layersCommitted = meters.counter("eplb.planner.layers.committed", "Layers switched.");
    layersRejected =
        meters.counter(
            "eplb.planner.layers.rejected", "Layers whose new row broke a rule of the contract.");
    layersNotWorthIt =
        meters.counter(
            "eplb.planner.layers.not.worth.it", "Layers whose change was not worth its transfers.");
    experts =
        meters.counter(
            "eplb.planner.experts.moved", "Experts that ranks received and switched to.");
    bytes =
        meters.counter(
            "eplb.planner.moved.bytes", "Bytes of weights received, also for aborted layers.");
    plan = timer("eplb.planner.plan", "Time of a plan: the policy and the check of its answer.");
    update = timer("eplb.planner.update", "Time of an update, from its start to its last switch.");
  }

  private void showState() {
    meters.gauge(
        "eplb.planner.leads",
        "1 while this planner leads; 0 while it stands by.",
        () -> seen.leading().isPresent() ? 1 : 0);
    meters.state(
        "eplb.planner.connection",
        "1 at the state of the connection to the group.",
        "state",
        Connection.class,
        () -> Optional.of(seen.connection()));
    gauge("eplb.planner.epoch", "The epoch of its leadership.", ClusterState::epoch);
    gauge(
        "eplb.planner.version",
        "The version of the table in force.",
        state -> state.balance().version());
    gauge(
        "eplb.planner.steps", "Steps that every rank has ended.", state -> state.balance().steps());
    gauge(
        "eplb.planner.steps.since.success",
        "Steps since a cycle last succeeded, or since it leads.",
        state -> state.balance().stepsSinceSuccess());
    gauge(
        "eplb.planner.ranks.present",
        "Ranks that are there.",
        state -> state.balance().ranks().ranks() - state.away().size());
    gauge("eplb.planner.ranks.away", "Ranks that are away.", state -> state.away().size());
    gauge(
        "eplb.planner.failures.in.row",
        "Failed cycles since the last success.",
        state -> state.balance().failuresInRow());
    gauge(
        "eplb.planner.breaker.open",
        "1 after too many failures in a row: this leader plans no more.",
        state -> state.balance().whyStopped().isPresent() ? 1 : 0);
  }

  private void showBalance() {
    showPar("before", CycleReport.Balance::before);
    showPar("after", CycleReport.Balance::after);
    meters.gauge(
        "eplb.planner.fence.lead",
        "Steps between the fastest rank and the fence of the last switch.",
        () -> lead);
  }

  private void showPar(String table, Function<CycleReport.Balance, BalanceSummary> of) {
    Map<String, ToDoubleFunction<BalanceSummary>> figures =
        Map.of(
            "mean", BalanceSummary::mean, "p95", BalanceSummary::p95, "max", BalanceSummary::max);
    figures.forEach(
        (layers, figure) ->
            meters.gauge(
                "eplb.planner.par",
                "PAR (max / mean of the ranks' loads) of the table before and after the last cycle, under its estimate. Over the layers: mean, p95 or max.",
                () -> {
                  CycleReport.Balance shown = balance;
                  return shown == null ? Double.NaN : figure.applyAsDouble(of.apply(shown));
                },
                "table",
                table,
                "layers",
                layers));
  }

  private void gauge(String name, String description, ToDoubleFunction<ClusterState> value) {
    meters.gauge(
        name, description, () -> seen.leading().map(value::applyAsDouble).orElse(Double.NaN));
  }

  private Timer timer(String name, String description) {
    return meters.add(
        Timer.builder(name)
            .description(description)
            .serviceLevelObjectives(TIMES)
            .register(registry()));
  }

  @Override
  public void cycleEnded(CycleReport report) {
    increment(cycles, report.outcome());
    if (!report.planTime().isZero()) {
      plan.record(report.planTime());
    }
    report.balance().ifPresent(now -> balance = now);
    layersRejected.increment(report.layersRejected());
    layersNotWorthIt.increment(report.layersNotWorthIt());
    layersCommitted.increment(report.layersCommitted());
    experts.increment((double) report.expertsMoved());
    report.update().ifPresent(this::add);
  }

  private void add(UpdateReport report) {
    update.record(report.duration());
    bytes.increment((double) report.bytes());
    committedSwitches.increment((double) (report.versionAfter() - report.versionBefore()));
    voidSwitches.increment(report.voided());
    if (report.lead() > 0) {
      lead = report.lead();
    }
    for (LayerProgress layer : report.layers()) {
      if (layer.reason() != null) {
        increment(aborts, layer.reason());
      }
    }
  }

  private static <K extends Enum<K>> void increment(Map<K, Counter> counters, K key) {
    Counter counter = counters.get(key);
    if (counter == null) {
      throw new IllegalStateException("no counter of " + key);
    }
    counter.increment();
  }

  @Override
  void look() {
    PlannerFigures now = planner.get();
    seen = now;
    List<Integer> ranks = now.leading().map(ClusterState::away).orElse(List.of());
    away.register(
        ranks.stream()
            .<MultiGauge.Row<?>>map(
                rank -> MultiGauge.Row.of(Tags.of("rank", Integer.toString(rank)), () -> 1))
            .toList(),
        true);
  }
}
