package io.eplb.core.runtime;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import com.google.common.util.concurrent.Uninterruptibles;
import io.eplb.core.timeline.ThreadTimeline;
import io.eplb.core.timeline.Timeline;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The threads of a runtime, beside those of the engine. */
interface BalanceThreads {
  /** Returns the thread that handles events and switches layers. */
  Timeline timeline();

  /** Returns the thread that takes loads and makes plans; foreign code may occupy it. */
  ExecutorService worker();

  /** Returns the thread that writes maps. */
  Executor recorder();

  /**
   * Waits for a stage to complete, through interrupts; returns at once on one of these threads.
   *
   * @return whether it has completed, or the caller must not wait for it
   */
  boolean await(CompletionStage<?> stage, Duration limit);

  /** Ends the threads: they run the tasks that they have and take no more. */
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
          new ThreadFactoryBuilder().setNameFormat(name).setDaemon(true).build());
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
      if (own.contains(Thread.currentThread())) {
        return true;
      }
      CountDownLatch done = new CountDownLatch(1);
      stage.whenComplete((value, thrown) -> done.countDown());
      return Uninterruptibles.awaitUninterruptibly(done, limit);
    }

    @Override
    public void end() {
      worker.shutdown();
      recorder.shutdown();
      timeline.close();
    }
  }
}
