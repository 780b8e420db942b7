package io.eplb.cli.demonstration;

import io.eplb.api.ExpertTable;
import io.eplb.api.InternalException;
import io.eplb.api.LoadPhase;
import io.eplb.cli.reports.DemoReport;
import io.eplb.core.balance.BalanceReport;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.engine.InMemoryWeights;
import io.eplb.core.engine.LoadCounters;
import io.eplb.core.foreign.FailureReason;
import io.eplb.core.load.LoadRecording;
import io.eplb.core.registry.DiscoveredPolicy;
import io.eplb.core.runtime.CycleReport;
import io.eplb.core.runtime.EplbRuntime;
import io.eplb.core.runtime.MeasuredLoad;
import io.eplb.core.runtime.RuntimeSettings;
import io.eplb.core.runtime.RuntimeState;
import java.util.ArrayList;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** An engine in memory and a runtime that balances it, from the first step to the last check. */
public final class DemoRun implements AutoCloseable {
  private final DemoReport.Setting setting;
  private final DemoReplay replay;
  private final ExpertTable start;
  private final ExecutorService copies;
  private final InMemoryWeights weights;
  private final EplbRuntime runtime;
  private final DemoServing serving;

  /** Filled by the runtime's thread. */
  private final ConcurrentLinkedQueue<CycleReport> ended = new ConcurrentLinkedQueue<>();

  private final List<CycleReport> cycles = new ArrayList<>();

  /**
   * Fills the engine's memory and starts the runtime.
   *
   * @param steps steps to serve
   * @param stepMillis the shortest time of a step in milliseconds
   */
  public DemoRun(
      DemoReport.Setting setting,
      LoadRecording recording,
      int steps,
      int stepMillis,
      EplbConfig config,
      DiscoveredPolicy policy,
      Map<String, String> policyOptions,
      RuntimeSettings settings) {
    this.setting = setting;
    this.replay = new DemoReplay(recording, steps);
    this.start = ExpertTable.initial(recording.layers(), setting.topology());
    this.copies =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "eplb-copies");
              thread.setDaemon(true);
              return thread;
            });
    this.weights =
        new InMemoryWeights(
            start,
            settings.update().maxLayersInFlight() * start.slotsPerRank(),
            Math.toIntExact(setting.expertBytes()),
            copies);
    LoadCounters counters = new LoadCounters(start);
    this.runtime =
        EplbRuntime.builder(
                config,
                setting.topology(),
                weights,
                () -> List.of(new MeasuredLoad(LoadPhase.ALL, counters.take())))
            .startTable(start)
            .policy(policy::newInstance)
            .policyOptions(policyOptions)
            .settings(settings)
            .listener(ended::add)
            .start();
    long stepNanos = TimeUnit.MILLISECONDS.toNanos(stepMillis);
    List<DemoRank> ranks = new ArrayList<>();
    for (int rank = 0; rank < start.ranks(); rank++) {
      ranks.add(new DemoRank(rank, runtime, weights, counters, replay, stepNanos));
    }
    this.serving = new DemoServing(runtime, replay, ranks);
  }

  /** Asks {@link #run} to end; from any thread. */
  public void stop() {
    serving.stop();
  }

  /**
   * Serves all steps, ends the runtime, and checks all memory. Both listeners are called on this
   * thread.
   *
   * @param cycleEnded receives each balance cycle
   * @param progress receives the progress every {@code intervalMillis}
   */
  public DemoReport run(
      Consumer<CycleReport> cycleEnded,
      BiConsumer<DemoServing.Progress, RuntimeState> progress,
      long intervalMillis) {
    boolean interrupted = false;
    serving.begin();
    boolean done = false;
    while (!done) {
      try {
        done = serving.await(intervalMillis);
      } catch (InterruptedException hurried) {
        interrupted = true;
        serving.stop();
      }
      tell(cycleEnded, progress);
    }
    runtime.close();
    tell(cycleEnded, progress);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return report();
  }

  private void tell(
      Consumer<CycleReport> cycleEnded, BiConsumer<DemoServing.Progress, RuntimeState> progress) {
    for (CycleReport cycle = ended.poll(); cycle != null; cycle = ended.poll()) {
      cycles.add(cycle);
      cycleEnded.accept(cycle);
    }
    progress.accept(serving.progress(), runtime.state());
  }

  private DemoReport report() {
    ExpertTable end = runtime.table();
    DemoServing.Progress progress = serving.progress();
    double[] last = replay.loads(replay.window(Math.max(0, progress.steps() - 1)));
    long bytes = serving.ranks().stream().mapToLong(DemoRank::bytes).sum();
    Optional<String> fault = Optional.ofNullable(serving.failure()).map(FailureReason::of);
    if (fault.isEmpty()) {
      try {
        bytes += weights.verify(end);
      } catch (InternalException wrong) {
        fault = Optional.of(FailureReason.of(wrong));
      }
    }
    int leaked = runtime.buffersHeld() + weights.buffersBeingWritten();
    if (fault.isEmpty() && leaked > 0) {
      fault = Optional.of(leaked + " buffers are in use after the end; there should be none");
    }
    return new DemoReport(
        setting,
        progress.steps(),
        serving.nanos() / 1e9,
        serving.ranks().stream().mapToLong(DemoRank::reads).sum(),
        bytes,
        new DemoReport.Balance(
            mean(progress.parStartSum(), progress.steps()),
            mean(progress.parNowSum(), progress.steps()),
            BalanceReport.of(start, last).summary(),
            BalanceReport.of(end, last).summary()),
        List.copyOf(cycles),
        gateWaits(),
        leaked,
        runtime.state(),
        fault,
        serving.stopped());
  }

  private static double mean(double sum, long steps) {
    return steps == 0 ? 1.0 : sum / steps;
  }

  private DemoReport.GateWaits gateWaits() {
    LongSummaryStatistics nanos = new LongSummaryStatistics();
    serving.ranks().forEach(rank -> nanos.combine(rank.waitedNanos()));
    return new DemoReport.GateWaits(
        nanos.getCount(),
        Math.max(0, nanos.getMax()) / 1e6,
        nanos.getSum() / 1e6,
        nanos.getSum() / ((double) serving.nanos() * serving.ranks().size()));
  }

  @Override
  public void close() {
    runtime.close();
    copies.shutdown();
  }
}
