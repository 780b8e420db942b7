package io.eplb.policies.flashlb;

import io.eplb.api.Deadline;

/**
 * Says when to stop planning: when half of the time from the call to the deadline is gone. The
 * other half is for what has begun and for handing over the answer. Once it is spent, the clock is
 * not read any more. Safe for use by several threads.
 */
final class TimeReserve {
  private final Deadline deadline;
  private final long reserveNanos;
  private volatile boolean spent;

  TimeReserve(Deadline deadline) {
    this.deadline = deadline;
    reserveNanos = deadline.limited() ? deadline.remainingNanos() / 2 : 0L;
  }

  /** Returns whether it is time to stop. */
  boolean spent() {
    if (!spent && deadline.limited() && deadline.remainingNanos() <= reserveNanos) {
      spent = true;
    }
    return spent;
  }
}
