package io.eplb.core.runtime;

/**
 * The watch over cycles that do not succeed: speaks once when none has succeeded for too many
 * steps, and again only after a success. Counts the steps of the fastest rank, so that a silent
 * rank does not stop the count. Used by one thread.
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

  /** Returns whether to speak: the bound is exceeded for the first time since the last success. */
  boolean speaks(long steps) {
    if (barking || steps < due()) {
      return false;
    }
    barking = true;
    return true;
  }

  /** Returns the count of steps at which it speaks; {@link StepCounter#NEVER} if it has spoken. */
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
