package io.eplb.cli.demonstration;

import io.eplb.api.ExpertTable;
import io.eplb.core.balance.BalanceReport;
import io.eplb.core.runtime.EplbRuntime;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The threads of the engine in memory, one per rank, at the same step or one step apart. They serve
 * the steps of the replay, then more until the current balance cycle has ended. A rank that fails
 * leaves the barrier between steps, and enters it again with the first step that it serves.
 */
public final class DemoServing {
  /** The longest wait for the last cycle. */
  private static final long LONGEST_OVERTIME_NANOS = TimeUnit.SECONDS.toNanos(60);

  /** The longest wait until a rank that has returned serves. */
  private static final long LONGEST_RETURN_SECONDS = 120;

  private final EplbRuntime runtime;
  private final DemoReplay replay;
  private final List<DemoRank> ranks;
  private final ExpertTable start;
  private final Steps steps;
  private final CountDownLatch running;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile boolean stopRequested;
  private volatile Progress progress;
  private long begunNanos;
  private long endedNanos;

  /**
   * The progress of serving.
   *
   * @param steps the number of steps that all ranks have ended
   * @param parStart mean PAR of the current window with the table of the start
   * @param parNow the same with the table in force
   * @param parStartSum {@code parStart} summed over all steps
   * @param parNowSum {@code parNow} summed over all steps
   */
  public record Progress(
      long steps, double parStart, double parNow, double parStartSum, double parNowSum) {}

  DemoServing(EplbRuntime runtime, DemoReplay replay, List<DemoRank> ranks) {
    this.runtime = runtime;
    this.replay = replay;
    this.ranks = ranks;
    this.start = runtime.table();
    this.running = new CountDownLatch(ranks.size());
    this.steps = new Steps(ranks.size());
    this.progress = new Progress(0, 1.0, 1.0, 0.0, 0.0);
  }

  /** Starts the ranks. */
  void begin() {
    begunNanos = System.nanoTime();
    for (int rank = 0; rank < ranks.size(); rank++) {
      DemoRank served = ranks.get(rank);
      Thread thread = new Thread(() -> serve(served), "eplb-rank-" + rank);
      thread.setDaemon(true);
      thread.start();
    }
  }

  private void serve(DemoRank rank) {
    try {
      long failedIn = rank.serve(0, steps::ended);
      RankOutage outage = rank.outage();
      if (failedIn >= 0 && outage != null) {
        steps.leave(failedIn);
        Long returnsAt = outage.returnsAt();
        if (returnsAt != null && steps.reach(returnsAt)) {
          long first = rank.restart().get(LONGEST_RETURN_SECONDS, TimeUnit.SECONDS);
          if (steps.enter(first)) {
            rank.serve(first, steps::ended);
          }
        }
      }
    } catch (Throwable thrown) {
      failure.compareAndSet(null, thrown);
      ranks.forEach(DemoRank::hurry);
      steps.forceTermination();
    } finally {
      running.countDown();
    }
  }

  /** Asks the ranks to end, all at the same step. */
  void stop() {
    stopRequested = true;
    ranks.forEach(DemoRank::hurry);
  }

  boolean stopped() {
    return stopRequested;
  }

  /** Waits for the end of all ranks; returns whether it has come. */
  boolean await(long millis) throws InterruptedException {
    boolean ended = running.await(millis, TimeUnit.MILLISECONDS);
    endedNanos = System.nanoTime();
    return ended;
  }

  /** Returns the first failure of a rank; null if there was none. */
  @Nullable Throwable failure() {
    return failure.get();
  }

  Progress progress() {
    return progress;
  }

  List<DemoRank> ranks() {
    return ranks;
  }

  /** Returns the time from the start to the end of serving. */
  long nanos() {
    return endedNanos - begunNanos;
  }

  /**
   * The barrier between steps. Phase s ends when every rank has ended step s. A rank that ends step
   * s waits for phase s − 1, so it may be one step ahead of the others. A rank that has entered
   * late has no part in the phases before.
   */
  private final class Steps extends Phaser {
    private volatile long last = Long.MAX_VALUE;

    /** The first phase of a rank that has entered late, by its thread. */
    private final ThreadLocal<Integer> entered = ThreadLocal.withInitial(() -> 0);

    private @Nullable ExpertTable judged;
    private int judgedWindow = -1;
    private double parStart;
    private double parNow;
    private double parStartSum;
    private double parNowSum;
    private long regularNanos;
    private @Nullable CompletableFuture<Void> lastCycle;

    Steps(int parties) {
      super(parties);
    }

    /** Takes a rank out that has failed in a step. */
    void leave(long step) {
      if (step > 0) {
        awaitAdvance((int) step - 1);
      }
      arriveAndDeregister();
    }

    /** Waits for the end of a step; returns false if the ranks end before it. */
    boolean reach(long step) {
      for (int phase = getPhase(); phase >= 0 && phase <= step; phase = awaitAdvance(phase)) {
        if (last < step) {
          return false;
        }
      }
      return last > step;
    }

    /** Lets a rank in with a step; returns false if the ranks end before it. */
    boolean enter(long step) {
      int phase = register();
      while (phase >= 0 && phase < step && last >= step) {
        phase = awaitAdvance(arrive()); // The others have ended this step already.
      }
      if (phase < 0 || last < step) {
        arriveAndDeregister();
        return false;
      }
      entered.set(phase);
      return true;
    }

    /** Counts a rank's step as ended; returns whether there is another one. */
    boolean ended(long step) {
      if (step < entered.get()) {
        return step < last;
      }
      if (step > 0 && awaitAdvance((int) step - 1) < 0) {
        return false;
      }
      // Set at the end of phase step − 1 or before, so all ranks read the same value.
      boolean more = step < last;
      return arrive() >= 0 && more;
    }

    /** Runs on the last rank to end a step; no rank has begun the step after the next. */
    @Override
    protected boolean onAdvance(int phase, int registered) {
      judge(phase);
      boolean done = phase + 2 >= replay.steps() && (finished() || overtime(phase + 1L));
      if (last == Long.MAX_VALUE && (stopRequested || done)) {
        last = phase + 1L;
      }
      return false;
    }

    private void judge(long step) {
      ExpertTable table = runtime.table();
      int window = replay.window(step);
      if (judged == null || judged.version() != table.version() || window != judgedWindow) {
        double[] loads = replay.loads(window);
        parNow = BalanceReport.of(table, loads).summary().mean();
        if (window != judgedWindow) {
          parStart = BalanceReport.of(start, loads).summary().mean();
        }
        judged = table;
        judgedWindow = window;
      }
      parStartSum += parStart;
      parNowSum += parNow;
      progress = new Progress(step + 1, parStart, parNow, parStartSum, parNowSum);
    }

    /** Makes the current cycle the last one; returns whether it has ended. */
    private boolean finished() {
      if (lastCycle == null) {
        lastCycle = runtime.finishCycles().toCompletableFuture();
      }
      return lastCycle.isDone();
    }

    private boolean overtime(long steps) {
      if (steps == replay.steps() - 1) {
        regularNanos = System.nanoTime();
      }
      return System.nanoTime() - regularNanos > LONGEST_OVERTIME_NANOS;
    }
  }
}
