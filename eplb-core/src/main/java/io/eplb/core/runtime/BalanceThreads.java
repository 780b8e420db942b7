package io.eplb.core.runtime;

import io.eplb.core.update.protocol.ThreadTimeline;
import io.eplb.core.update.protocol.Timeline;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** The threads that a runtime has beside those of the engine. */
interface BalanceThreads {
  /** Returns the one on which events are handled and layers are switched. */
  Timeline timeline();

  /** Returns the one on which loads are taken and plans are made; foreign code may occupy it. */
  ExecutorService worker();

  /** Returns the one on which maps are written. */
  Executor recorder();

  /**
   * Waits for something to complete, whatever interrupts, but not on one of these threads.
   *
   * @return whether it has, or the caller must not wait for it
   */
  boolean await(CompletionStage<?> stage, Duration limit);

  /** Ends the threads: what is handed over already is done, nothing more is taken. */
  void end();

  /** Starts three daemon threads. */
  static BalanceThreads start() {
    return new RealThreads();
  }

  /** Three daemon threads. */
  final class RealThreads implements BalanceThreads {
    private final ThreadTimeline timeline = new ThreadTimeline("eplb-timeline");
    private final ExecutorService worker = thread("eplb-balance");
    private final ExecutorService recorder = thread("eplb-recorder");
    private final Set<Thread> own = ConcurrentHashMap.newKeySet();

    private RealThreads() {
      for (Executor each : List.<Executor>of(timeline::execute, worker, recorder)) {
        each.execute(() -> own.add(Thread.currentThread()));
      }
    }

    private static ExecutorService thread(String name) {
      return Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
          });
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
    public Executor recorder() {
      return recorder;
    }

    @Override
    public boolean await(CompletionStage<?> stage, Duration limit) {
      Thread caller = Thread.currentThread();
      if (own.contains(caller)) {
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
      recorder.shutdown();
      timeline.close();
    }
  }
}
