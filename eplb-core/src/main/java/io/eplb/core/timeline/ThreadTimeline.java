package io.eplb.core.timeline;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A timeline in real time, on a daemon thread of its own. */
public final class ThreadTimeline implements Timeline, AutoCloseable {
  private final ScheduledThreadPoolExecutor executor;

  /** Starts a thread of that name. */
  public ThreadTimeline(String threadName) {
    executor =
        new ScheduledThreadPoolExecutor(
            1, new ThreadFactoryBuilder().setNameFormat(threadName).setDaemon(true).build());
    executor.setRemoveOnCancelPolicy(true);
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  /**
   * {@inheritDoc}
   *
   * @throws java.util.concurrent.RejectedExecutionException if this is closed
   */
  @Override
  public void execute(Runnable task) {
    executor.execute(task);
  }

  /**
   * {@inheritDoc}
   *
   * @throws java.util.concurrent.RejectedExecutionException if this is closed
   */
  @Override
  public Scheduled schedule(Runnable task, Duration delay) {
    Future<?> scheduled = executor.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    return () -> scheduled.cancel(false);
  }

  /** Runs the tasks that are due, drops later ones and takes no more; returns at once. */
  @Override
  public void close() {
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    executor.shutdown();
  }
}
