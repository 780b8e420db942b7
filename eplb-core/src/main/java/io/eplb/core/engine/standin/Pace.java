package io.eplb.core.engine.standin;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** The time at which a step may begin. */
@FunctionalInterface
interface Pace {
  /**
   * Waits until a step may begin.
   *
   * @throws InterruptedException if the thread is interrupted meanwhile
   */
  void await(long step) throws InterruptedException;

  /** Returns a pace at which every step may begin at once. */
  static Pace unlimited() {
    return step -> {
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted before step " + step);
      }
    };
  }

  /**
   * Returns a pace at which steps follow each other at equal times. A step that is late begins at
   * once, so a rank that was away catches up with the others.
   *
   * @param origin the time of step 0, the same for all ranks
   * @param step the time of one step
   * @param nanoTime the clock, the same for all ranks of a machine
   */
  static Pace every(Duration step, long origin, LongSupplier nanoTime) {
    long nanos = step.toNanos();
    return number -> {
      long due = origin + number * nanos;
      long left = due - nanoTime.getAsLong();
      while (left > 0) {
        LockSupport.parkNanos(left);
        if (Thread.interrupted()) {
          throw new InterruptedException("interrupted before step " + number);
        }
        left = due - nanoTime.getAsLong();
      }
    };
  }
}
