package io.eplb.policies.flashlb;

import io.eplb.api.Deadline;

/**
 * The limit of the planning time: half of the time from the call to the deadline. The other half is
 * for layers that have begun and for returning the answer. After the limit the clock is not read
 * again. Safe for use by several threads.
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
