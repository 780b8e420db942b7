package io.eplb.core.runtime;

/**
 * Notices that no cycle has succeeded for too many steps, and says so once; after a success it may
 * speak again. Counts the steps of the fastest rank, so that one that is silent does not silence
 * it. Used by one thread.
 */
final class Watchdog {
  private final long bound;
  private long lastSuccess;
  private boolean barking;

  /**
   * Starts as if a cycle had succeeded before the first step.
   *
   * @param bound the most steps between two successes, 1 or more
   */
  Watchdog(long bound) {
    this.bound = bound;
  }

  /** Notes that a cycle succeeded when the fastest rank had ended that many steps. */
  void succeeded(long steps) {
    lastSuccess = steps;
    barking = false;
  }

  /**
   * Returns whether to speak: the bound is exceeded, and nobody has been told since the success.
   */
  boolean speaks(long steps) {
    if (barking || steps < due()) {
      return false;
    }
    barking = true;
    return true;
  }

  /** Returns at how many steps it will speak; {@link StepCounter#NEVER} if it has spoken. */
  long due() {
    if (barking) {
      return StepCounter.NEVER;
    }
    return lastSuccess + bound + 1;
  }

  boolean barking() {
    return barking;
  }

  long lastSuccess() {
    return lastSuccess;
  }

  long bound() {
    return bound;
  }
}
