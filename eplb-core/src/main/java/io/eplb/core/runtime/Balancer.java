package io.eplb.core.runtime;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.LoadPhase;
import io.eplb.api.PolicyOptions;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.Settings;
import io.eplb.core.context.EplbContext;
import io.eplb.core.contract.GuardedPolicy;
import io.eplb.core.load.LoadHistory;
import io.eplb.core.update.LayerProgress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The balance cycle of a runtime with all that it works with: policy, loads, recorded maps and
 * threads. The runtime adds the ranks and the updates.
 */
final class Balancer<R extends RankChanges> {
  /** The longest time that a shutdown waits for a copy or a policy that cannot be interrupted. */
  private static final Duration CLOSING_LIMIT = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(EplbRuntime.class);

  private final EplbContext context;
  private final GuardedPolicy policy;
  private final MapRecorder recorder;
  private final BalanceCycle<R> cycle;
  private final RankWatch watch;
  private final BalanceThreads threads;
  private final boolean dynamic;
  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  /**
   * Puts the parts together; nothing is done before {@link #start}.
   *
   * @param context a context at the table that serves at the start
   * @param options the options of the policy
   * @param speeds null if speeds are not measured
   * @param failure the outcomes of cycles that count against the circuit breaker
   */
  Balancer(
      RuntimeBuilder<?> parts,
      EplbContext context,
      GuardedPolicy policy,
      PolicyOptions options,
      BalanceThreads threads,
      LoadSource loads,
      @Nullable MeasuredSpeeds speeds,
      BalanceCycle.Updates updates,
      RankChanges.Factory<R> ranks,
      Predicate<CycleOutcome> failure) {
    EplbConfig config = parts.config();
    RuntimeSettings settings = parts.settings();
    EpTopology topology = parts.topology();
    ExpertTable start = context.current();
    LoadPhase phase = config.loadPhase();
    BalanceCycle.Intervals intervals =
        new BalanceCycle.Intervals(
            config.get(Settings.HEAT_COLLECTION_INTERVAL),
            config.get(Settings.ALGORITHM_EXECUTION_INTERVAL));
    this.context = context;
    this.policy = policy;
    this.threads = threads;
    this.dynamic = config.get(Settings.DYNAMIC_EPLB);
    this.recorder =
        new MapRecorder(
            new MapFile(config.get(Settings.EXPERT_MAP_RECORD_PATH), start.version()), threads);
    this.cycle =
        new BalanceCycle<>(
            threads,
            context,
            new CyclePlanner(
                context,
                new LoadCollection(
                    loads,
                    phase,
                    start.layers(),
                    start.experts(),
                    new LoadHistory(start.layers(), start.experts(), settings.weighting())),
                policy,
                topology,
                request ->
                    request
                        .options(options)
                        .loadPhase(phase)
                        .dispatch(config.dispatch())
                        .hints(config.hints()),
                settings,
                speeds),
            updates,
            ranks,
            recorder,
            intervals,
            new CircuitBreaker(settings.failureLimit(), failure),
            new Watchdog(
                settings.watchdogIntervals() * (intervals.collection() + intervals.planning())),
            new CycleReports(parts.listener()));
    this.watch = new RankWatch(threads.timeline(), cycle.steps(), start.ranks());
  }

  /** Starts to watch ranks, and to collect if the configuration says so. */
  void start() {
    watch.start();
    if (dynamic) {
      cycle.start();
    }
  }

  BalanceCycle<R> cycle() {
    return cycle;
  }

  /** Returns the ranks. */
  R ranks() {
    return cycle.changes();
  }

  StepCounter steps() {
    return cycle.steps();
  }

  /** Returns the state, with the progress of the layers of the running or last update. */
  RuntimeState state(List<LayerProgress> layers) {
    CycleSnapshot seen = cycle.snapshot();
    StepCounter steps = cycle.steps();
    long all = steps.all();
    return new RuntimeState(
        seen.phase(),
        context.current().version(),
        seen.cycles(),
        Optional.ofNullable(seen.lastCycle()),
        all,
        steps.ofPhase(),
        all - seen.commitSteps(),
        steps.fastest() - seen.successSteps(),
        watch.behind(),
        seen.barking(),
        seen.failuresInRow(),
        Optional.ofNullable(seen.whyStopped()),
        Optional.ofNullable(recorder.failure()),
        policy.state(),
        ranks().ranks(),
        Optional.ofNullable(seen.lastRepair()),
        Optional.ofNullable(ranks().unserved()),
        layers);
  }

  /** Stops the cycle and the watch at once. */
  void stop() {
    watch.stop();
    cycle.close();
  }

  /**
   * Records the table that was committed last and closes the policy; ends the threads once nothing
   * else needs them.
   *
   * @param unneeded completes when the runtime needs the threads no more
   */
  void finish(CompletionStage<Void> unneeded) {
    CompletionStage<Void> recorded = recorder.recordAtLast(context.current());
    CompletionStage<Void> left = CompletableFuture.runAsync(policy::close, threads.worker());
    recorded
        .runAfterBoth(left, () -> {})
        .whenComplete((done, failed) -> unneeded.thenRun(this::endThreads));
  }

  private void endThreads() {
    threads.end();
    closed.complete(null);
  }

  /** Completes when the threads have ended. */
  CompletionStage<Void> ended() {
    return closed.minimalCompletionStage();
  }

  /** Returns when the threads have ended; to one of them at once, to others after a limit. */
  void awaitEnd() {
    if (!threads.await(closed, CLOSING_LIMIT)) {
      LOG.warn("the runtime has not come to its end within {}; it goes on ending", CLOSING_LIMIT);
    }
  }
}
