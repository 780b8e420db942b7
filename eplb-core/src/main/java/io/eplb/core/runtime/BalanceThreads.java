package io.eplb.core.runtime;

import io.eplb.core.update.ThreadTimeline;
import io.eplb.core.update.Timeline;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The threads that a runtime has beside those of the engine. */
interface BalanceThreads {
  /** Returns the one on which events are handled and layers are switched. */
  Timeline timeline();

  /** Returns the one on which loads are taken, plans are made and maps are written. */
  ExecutorService worker();

  /**
   * Waits for something to complete, whatever interrupts, but not on one of these threads.
   *
   * @return whether it has, or the caller must not wait for it
   */
  boolean await(CompletionStage<?> stage, Duration limit);

  /** Ends the threads: what is handed over already is done, nothing more is taken. */
  void end();

  /** Starts two daemon threads. */
  static BalanceThreads start() {
    return new RealThreads();
  }

  /** Two daemon threads. */
  final class RealThreads implements BalanceThreads {
    private final ThreadTimeline timeline = new ThreadTimeline("eplb-timeline");
    private final ThreadPoolExecutor worker =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "eplb-balance");
              thread.setDaemon(true);
              return thread;
            });
    private volatile @Nullable Thread timelineThread;
    private volatile @Nullable Thread workerThread;

    private RealThreads() {
      timeline.execute(() -> timelineThread = Thread.currentThread());
      worker.execute(() -> workerThread = Thread.currentThread());
    }

    @Override
    public Timeline timeline() {
      return timeline;
    }

    @Override
    public ExecutorService worker() {
      return worker;
    }

    @Override
    public boolean await(CompletionStage<?> stage, Duration limit) {
      Thread caller = Thread.currentThread();
      if (caller == timelineThread || caller == workerThread) {
        return true;
      }
      CountDownLatch done = new CountDownLatch(1);
      stage.whenComplete((value, thrown) -> done.countDown());
      long due = System.nanoTime() + limit.toNanos();
      boolean interrupted = false;
      try {
        while (true) {
          try {
            return done.await(due - System.nanoTime(), TimeUnit.NANOSECONDS);
          } catch (InterruptedException pending) {
            interrupted = true;
          }
        }
      } finally {
        if (interrupted) {
          caller.interrupt();
        }
      }
    }

    @Override
    public void end() {
      worker.shutdown();
      timeline.close();
    }
  }
}
