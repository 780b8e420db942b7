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
import io.eplb.core.runtime.CycleListener;
import io.eplb.core.runtime.CycleReport;
import io.eplb.core.runtime.EplbRuntime;
import io.eplb.core.runtime.MeasuredLoad;
import io.eplb.core.runtime.RepairReport;
import io.eplb.core.runtime.RuntimeSettings;
import io.eplb.core.runtime.RuntimeState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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

  /** The cycles and repairs, in the order of their ends; filled by the runtime's thread. */
  private final ConcurrentLinkedQueue<Object> ended = new ConcurrentLinkedQueue<>();

  private final List<CycleReport> cycles = new ArrayList<>();

  private final List<DemoReport.Repair> repairs = new ArrayList<>();

  /**
   * Fills the engine's memory and starts the runtime.
   *
   * @param steps steps to serve
   * @param stepTime the shortest time of a step
   * @param outages the ranks that fail, each once
   */
  public DemoRun(
      DemoReport.Setting setting,
      LoadRecording recording,
      int steps,
      Duration stepTime,
      List<RankOutage> outages,
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
            .listener(
                new CycleListener() {
                  @Override
                  public void cycleEnded(CycleReport report) {
                    ended.add(report);
                  }

                  @Override
                  public void repairEnded(RepairReport report) {
                    ended.add(report);
                  }
                })
            .start();
    long stepNanos = stepTime.toNanos();
    List<DemoRank> ranks = new ArrayList<>();
    for (int rank = 0; rank < start.ranks(); rank++) {
      RankOutage outage = null;
      for (RankOutage each : outages) {
        outage = each.rank() == rank ? each : outage;
      }
      ranks.add(new DemoRank(rank, runtime, weights, counters, replay, stepNanos, outage));
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
   * @param repairEnded receives each repair
   * @param progress receives the progress every {@code intervalMillis}
   */
  public DemoReport run(
      Consumer<CycleReport> cycleEnded,
      Consumer<DemoReport.Repair> repairEnded,
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
      tell(cycleEnded, repairEnded, progress);
    }
    runtime.close();
    tell(cycleEnded, repairEnded, progress);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return report();
  }

  private void tell(
      Consumer<CycleReport> cycleEnded,
      Consumer<DemoReport.Repair> repairEnded,
      BiConsumer<DemoServing.Progress, RuntimeState> progress) {
    for (Object report = ended.poll(); report != null; report = ended.poll()) {
      if (report instanceof CycleReport cycle) {
        cycles.add(cycle);
        cycleEnded.accept(cycle);
      } else if (report instanceof RepairReport repaired) {
        DemoReport.Repair repair = repair(repaired);
        repairs.add(repair);
        repairEnded.accept(repair);
      }
    }
    progress.accept(serving.progress(), runtime.state());
  }

  /** Judges a repair by the window that is being served. */
  private DemoReport.Repair repair(RepairReport each) {
    double[] loads = replay.loads(replay.window(serving.progress().steps()));
    return new DemoReport.Repair(
        each,
        BalanceReport.of(each.before(), loads).summary().mean(),
        BalanceReport.of(each.after(), loads).summary().mean());
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
        List.copyOf(repairs),
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
