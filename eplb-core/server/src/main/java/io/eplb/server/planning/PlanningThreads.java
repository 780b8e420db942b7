package io.eplb.server.planning;

import com.google.common.util.concurrent.MoreExecutors;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads that plan. A few plans of different models are made at once, those of one model one
 * after the other.
 *
 * <p>A policy may have helper threads that run its layers. However many models there are, only
 * {@value #WITH_HELPERS} policies have them at a time; the others run their layers on one thread,
 * with the same result.
 */
final class PlanningThreads {
  /** The policies that have helper threads at a time. */
  static final int WITH_HELPERS = 8;

  private static final int LEAST = 2;
  private static final int MOST = 16;

  private final ThreadPoolExecutor pool;
  private final Semaphore helpers = new Semaphore(WITH_HELPERS);

  PlanningThreads() {
    int threads = Math.min(MOST, Math.max(LEAST, Runtime.getRuntime().availableProcessors()));
    pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            new ThreadFactoryBuilder().setNameFormat("eplb-plan-%d").setDaemon(true).build());
    pool.allowCoreThreadTimeOut(true);
  }

  /** Returns an executor that runs one task after the other, in their order. */
  Executor newWriter() {
    return MoreExecutors.newSequentialExecutor(pool);
  }

  /** Returns whether one more policy may have helper threads; give them back after its end. */
  boolean takeHelpers() {
    return helpers.tryAcquire();
  }

  void giveHelpersBack() {
    helpers.release();
  }

  /**
   * Takes no new tasks, and waits for the end of all that were given before.
   *
   * @return false if they did not end in time, or the caller was interrupted; its flag stays set
   */
  boolean end(Duration limit) {
    pool.shutdown();
    try {
      return pool.awaitTermination(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
