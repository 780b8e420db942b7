package io.eplb.core.runtime;

import io.eplb.api.EpRanks;
import io.eplb.api.ExpertTable;
import io.eplb.api.Rebalance;
import io.eplb.core.context.EplbContext;
import io.eplb.core.foreign.FailureReason;
import io.eplb.core.foreign.ForeignFailure;
import io.eplb.core.timeline.Timeline;
import io.eplb.core.update.LayerPhase;
import io.eplb.core.update.UpdateReport;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The balance cycle: collect, plan, update, record, and again. A state machine of events on the
 * timeline's thread, which owns all of its state. Long tasks run on a worker and end in an event.
 * Events of an earlier cycle are recognised by its number and ignored. Example, with intervals of
 * 100 steps to collect and 20 to plan:
 *
 * <pre>
 *   step 100  COLLECTING → PLANNING   the worker takes the loads and asks the policy
 *   step 107  planned: two layers     → UPDATING
 *   step 112  updated: both committed → RECORDING, then COLLECTING until step 212
 *   step 120  would have given the plan up
 * </pre>
 */
final class BalanceCycle<R extends RankChanges> {
  private static final Logger LOG = LoggerFactory.getLogger(EplbRuntime.class);

  /** The updates of the ranks' tables and memory. */
  @FunctionalInterface
  interface Updates {
    /** Brings layers from the current table to the next one, from the sources that are wished. */
    CompletionStage<UpdateReport> update(long expectedVersion, Rebalance answer, int[] layers);
  }

  /**
   * The lengths of the phases, in steps.
   *
   * @param collection steps of the phase that counts that make an interval
   * @param planning steps that a plan may take
   */
  record Intervals(long collection, long planning) {}

  private final Timeline timeline;
  private final ExecutorService worker;
  private final EplbContext context;
  private final StepCounter steps;
  private final CyclePlanner planner;
  private final Updates updates;
  private final R changes;
  private final MapRecorder recorder;
  private final Intervals intervals;
  private final CircuitBreaker breaker;
  private final Watchdog watchdog;
  private final CycleReports reports;

  // The timeline's thread alone reads and writes what follows.
  private RuntimePhase phase = RuntimePhase.OFF;
  private long cycle;
  private long collected;
  private long planDue;
  private long commitSteps;
  private @Nullable Future<?> job;
  private @Nullable CyclePlan plan;
  private @Nullable CycleReport recording;
  private boolean started;
  private boolean finishing;

  /** The loads that the last plan was made for; empty before the first. */
  private double[] expected = {};

  private final CompletableFuture<Void> finished = new CompletableFuture<>();
  private volatile CycleSnapshot snapshot;

  BalanceCycle(
      BalanceThreads threads,
      EplbContext context,
      CyclePlanner planner,
      Updates updates,
      RankChanges.Factory<R> changes,
      MapRecorder recorder,
      Intervals intervals,
      CircuitBreaker breaker,
      Watchdog watchdog,
      CycleReports reports) {
    this.timeline = threads.timeline();
    this.worker = threads.worker();
    this.context = context;
    this.steps = new StepCounter(context.current().ranks(), this::stepsReached);
    this.planner = planner;
    this.updates = updates;
    this.recorder = recorder;
    this.intervals = intervals;
    this.breaker = breaker;
    this.watchdog = watchdog;
    this.reports = reports;
    this.changes = changes.create(steps, this::post, () -> expected);
    this.snapshot = seen();
  }

  /** Returns the state for other threads. */
  CycleSnapshot snapshot() {
    return snapshot;
  }

  /** Returns the counter that serving threads count with. */
  StepCounter steps() {
    return steps;
  }

  /** Starts to collect. */
  void start() {
    post(
        () -> {
          started = true;
          if (phase == RuntimePhase.OFF) {
            if (changes.isNeeded()) {
              changeRanks();
            } else {
              collectFrom(0);
            }
          }
        });
  }

  /** Returns the ranks. */
  R changes() {
    return changes;
  }

  /** Sets the speeds of ranks; the next plan uses them. */
  void setSpeeds(EpRanks speeds) {
    post(() -> changes.setSpeeds(speeds));
  }

  /**
   * Lets ranks go or come, on the timeline.
   *
   * @param change returns whether ranks have changed
   * @param refuse called instead if the cycle is closed
   */
  void ranksChange(BooleanSupplier change, Runnable refuse) {
    boolean taken =
        post(
            () -> {
              if (phase == RuntimePhase.CLOSED) {
                refuse.run();
                return;
              }
              if (change.getAsBoolean()) {
                ranksChanged();
              }
              changes.answerIfSettled();
              snapshot = seen();
            });
    if (!taken) {
      refuse.run();
    }
  }

  private void ranksChanged() {
    switch (phase) {
      case PLANNING -> {
        cancelJob();
        CycleReport report =
            report(CycleOutcome.RANKS_CHANGED, "ranks have failed or returned", null);
        plan = null;
        conclude(report);
      }
      case RECORDING -> {
        CycleReport report = recording;
        recording = null;
        if (report != null) {
          conclude(report);
        }
      }
      case COLLECTING, OFF, STOPPED, FINISHED -> changeRanks();
      case REPAIRING -> changes.run(this::settled);
      case UPDATING, CLOSED -> {} // The update is being aborted; its end is the next event.
    }
  }

  private void changeRanks() {
    phase = RuntimePhase.REPAIRING;
    aim();
    changes.run(this::settled);
  }

  private void settled() {
    RepairReport report = changes.last();
    ExpertTable table = context.current();
    if (recorder.wants(table)) {
      recorder.record(table);
    }
    goOn();
    if (report != null) {
      reports.tell(report);
    }
    if (finishing) {
      finished.complete(null);
    }
  }

  /** Goes on after a cycle or a changes. */
  private void goOn() {
    if (changes.isNeeded()) {
      changeRanks();
    } else if (breaker.whyOpen() != null) {
      rest(RuntimePhase.STOPPED);
    } else if (finishing) {
      rest(RuntimePhase.FINISHED);
    } else if (started) {
      collectFrom(steps.ofPhase());
    } else {
      rest(RuntimePhase.OFF);
    }
  }

  /** Ends the rebalancing after the cycle that is under way or due; completes when it has ended. */
  CompletionStage<Void> finishCycles() {
    post(this::finishSoon);
    return finished.minimalCompletionStage();
  }

  private void finishSoon() {
    finishing = true;
    switch (phase) {
      case COLLECTING -> {
        if (steps.ofPhase() >= collected) {
          beginPlanning(steps.all());
        } else {
          rest(RuntimePhase.FINISHED);
          finished.complete(null);
        }
      }
      case OFF, STOPPED, FINISHED, CLOSED -> finished.complete(null);
      case PLANNING, UPDATING, RECORDING -> {}
      case REPAIRING -> {
        if (changes.unserved() != null) {
          finished.complete(null);
        }
      }
    }
  }

  private void rest(RuntimePhase resting) {
    phase = resting;
    aim();
  }

  /** Checks the counts, since a serving thread has reached a target. */
  private void stepsReached() {
    post(this::check);
  }

  /** Stops for good, in the middle of a cycle too. */
  void close() {
    post(this::shut);
  }

  private boolean post(Runnable event) {
    try {
      timeline.execute(() -> handle(event));
      return true;
    } catch (RejectedExecutionException closed) {
      LOG.debug("the runtime is closed; an event came late");
      finished.complete(null);
      return false;
    }
  }

  /** Runs an event; a fault of EPLB itself ends the rebalancing, never the serving. */
  private void handle(Runnable event) {
    try {
      event.run();
    } catch (VirtualMachineError broken) {
      stop("the virtual machine failed", broken);
    } catch (RuntimeException | Error fault) {
      stop("a fault of EPLB itself", fault);
    }
  }

  private void stop(String what, Throwable fault) {
    breaker.open(what + ": " + FailureReason.of(fault));
    if (phase != RuntimePhase.CLOSED) {
      phase = RuntimePhase.STOPPED;
    }
    if (changes.isNeeded() && phase == RuntimePhase.STOPPED) {
      changeRanks(); // Whatever else has failed, lost experts have to be served again.
    }
    snapshot = seen();
    finished.complete(null);
    LOG.error("rebalancing stops, serving goes on: {}", what, ForeignFailure.of(fault));
  }

  /** Starts an interval; the first one counts steps that ended before the start, too. */
  private void collectFrom(long stepsBefore) {
    phase = RuntimePhase.COLLECTING;
    collected = stepsBefore + intervals.collection();
    aim();
  }

  /** Sets the counts of the next check; checks at once if they have been passed already. */
  private void aim() {
    long all = watchdog.due();
    long ofPhase = StepCounter.NEVER;
    switch (phase) {
      case COLLECTING -> ofPhase = collected;
      case PLANNING -> all = Math.min(all, planDue);
      case OFF, FINISHED, CLOSED -> all = StepCounter.NEVER;
      case UPDATING, RECORDING, REPAIRING, STOPPED -> {}
    }
    snapshot = seen();
    steps.setTargets(all, ofPhase);
    if (steps.all() >= all
        || steps.ofPhase() >= ofPhase
        || (phase != RuntimePhase.OFF
            && phase != RuntimePhase.CLOSED
            && steps.fastest() >= watchdog.due())) {
      post(this::check);
    }
  }

  private void check() {
    if (phase == RuntimePhase.OFF
        || phase == RuntimePhase.FINISHED
        || phase == RuntimePhase.CLOSED) {
      return;
    }
    long all = steps.all();
    long fastest = steps.fastest();
    if (watchdog.speaks(fastest)) {
      LOG.warn(
          "no balance cycle has succeeded for {} steps, more than the {} expected; phase={}"
              + " failures_in_row={} last_outcome={}",
          fastest - watchdog.lastSuccess(),
          watchdog.bound(),
          phase,
          breaker.failures(),
          reports.lastOutcome());
    }
    if (phase == RuntimePhase.COLLECTING && steps.ofPhase() >= collected) {
      beginPlanning(all);
    } else if (phase == RuntimePhase.PLANNING && all >= planDue) {
      giveUpPlanning();
    } else {
      aim();
    }
  }

  private void beginPlanning(long all) {
    phase = RuntimePhase.PLANNING;
    cycle++;
    planDue = all + intervals.planning();
    long number = cycle;
    EpRanks ranks = changes.ranks();
    job =
        worker.submit(
            () -> {
              CyclePlan made = planner.plan(ranks);
              EpRanks measured = planner.ranks();
              post(
                  () -> {
                    changes.setSpeeds(measured);
                    planned(number, made);
                  });
            });
    aim();
  }

  private void giveUpPlanning() {
    cancelJob();
    finish(
        CycleOutcome.PLAN_LATE,
        "the plan was not there after %d steps; let algorithm_execution_interval be greater or the policy faster"
            .formatted(intervals.planning()),
        null);
  }

  private void cancelJob() {
    Future<?> running = job;
    job = null;
    if (running != null) {
      running.cancel(true);
    }
  }

  private boolean past(long number, RuntimePhase expected) {
    return number != cycle || phase != expected;
  }

  private void planned(long number, CyclePlan made) {
    if (past(number, RuntimePhase.PLANNING)) {
      planner.ended(made, null);
      return;
    }
    if (steps.all() >= planDue) {
      planner.ended(made, null);
      giveUpPlanning();
      return;
    }
    job = null;
    plan = made;
    double[] loads = made.expertLoads();
    expected = loads == null ? expected : loads;
    if (made.last() && breaker.open(made.reason())) {
      LOG.error("rebalancing stops, serving goes on: {}", made.reason());
    }
    CycleOutcome outcome = made.outcome();
    if (outcome != null) {
      finish(outcome, made.reason(), null);
      return;
    }
    phase = RuntimePhase.UPDATING;
    aim();
    CompletionStage<UpdateReport> update;
    try {
      update = updates.update(made.current().version(), made.answer(), made.layers().clone());
    } catch (RuntimeException refused) {
      planner.ended(made, null);
      finish(CycleOutcome.ABORTED, "the update was refused: " + FailureReason.of(refused), null);
      return;
    }
    update.whenComplete(
        (report, thrown) -> {
          // At once, since the policy may be closed before the next event.
          planner.ended(made, report);
          post(() -> updated(number, report, thrown));
        });
  }

  private void updated(long number, @Nullable UpdateReport report, @Nullable Throwable thrown) {
    if (past(number, RuntimePhase.UPDATING)) {
      return;
    }
    if (report == null) {
      finish(
          CycleOutcome.ABORTED,
          "the update failed: " + (thrown == null ? "it gave no reason" : FailureReason.of(thrown)),
          null);
      return;
    }
    if (report.count(LayerPhase.COMMITTED) > 0) {
      commitSteps = steps.all();
    }
    CycleOutcome outcome = CycleOutcome.of(report);
    finish(
        outcome == CycleOutcome.ABORTED && changes.isNeeded()
            ? CycleOutcome.RANKS_CHANGED
            : outcome,
        CycleReport.firstAbort(report),
        report);
  }

  /** Ends the cycle; records the table in force first if it is not recorded yet. */
  private void finish(CycleOutcome outcome, String reason, @Nullable UpdateReport update) {
    CycleReport report = report(outcome, reason, update);
    plan = null;
    ExpertTable table = context.current();
    if (!recorder.wants(table) || changes.isNeeded()) {
      conclude(report);
      return;
    }
    phase = RuntimePhase.RECORDING;
    recording = report;
    long number = cycle;
    recorder.record(table).whenComplete((ended, never) -> post(() -> recorded(number)));
    aim();
  }

  private void recorded(long number) {
    CycleReport report = recording;
    recording = null;
    if (report != null && !past(number, RuntimePhase.RECORDING)) {
      conclude(report);
    }
  }

  private void conclude(CycleReport report) {
    CycleOutcome outcome = report.outcome();
    reports.add(report);
    if (outcome.success()) {
      watchdog.succeeded(steps.fastest());
    }
    if (breaker.noted(outcome, report.reason())) {
      LOG.error("rebalancing stops, serving goes on: {}", breaker.whyOpen());
    }
    goOn();
    reports.tellLast();
    if (finishing && phase != RuntimePhase.REPAIRING) {
      finished.complete(null);
    }
  }

  private void shut() {
    if (phase == RuntimePhase.CLOSED) {
      return;
    }
    RuntimePhase interrupted = phase;
    phase = RuntimePhase.CLOSED;
    cancelJob();
    changes.close("the runtime was closed");
    CycleReport last = recording;
    recording = null;
    if (interrupted == RuntimePhase.PLANNING || interrupted == RuntimePhase.UPDATING) {
      last = report(CycleOutcome.CLOSED, "closed while " + interrupted, null);
    }
    if (last != null) {
      reports.add(last);
    }
    aim();
    if (last != null) {
      reports.tellLast();
    }
    finished.complete(null);
  }

  private CycleReport report(CycleOutcome outcome, String reason, @Nullable UpdateReport update) {
    return CycleReport.of(cycle, outcome, reason, context.current(), plan, update);
  }

  private CycleSnapshot seen() {
    return new CycleSnapshot(
        phase,
        reports.ended(),
        reports.last(),
        commitSteps,
        watchdog.lastSuccess(),
        watchdog.barking(),
        breaker.failures(),
        changes.last(),
        breaker.whyOpen());
  }
}
