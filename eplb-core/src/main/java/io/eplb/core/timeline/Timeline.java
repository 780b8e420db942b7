package io.eplb.core.timeline;

import java.time.Duration;

/**
 * Runs tasks one after another, now or later, on the one thread of some state. Each task sees the
 * effects of earlier ones. Tasks that are due at the same time run in the order in which they were
 * handed over.
 */
public interface Timeline {
  /** Returns the time in nanoseconds from an arbitrary origin. */
  long nanoTime();

  /** Runs a task as soon as those before it are done. Never runs it inside this call. */
  void execute(Runnable task);

  /** Runs a task after a delay, unless it is cancelled before. */
  Scheduled schedule(Runnable task, Duration delay);

  /** A task that is to run later. */
  @FunctionalInterface
  interface Scheduled {
    /** Keeps the task from running, if it has not begun to. */
    void cancel();
  }
}
