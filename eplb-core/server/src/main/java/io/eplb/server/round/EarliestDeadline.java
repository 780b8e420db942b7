package io.eplb.server.round;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The earliest end of several time limits. Not thread-safe. */
final class EarliestDeadline {
  private final ScheduledExecutorService timer;
  private final Runnable end;
  private @Nullable ScheduledFuture<?> scheduled;

  /**
   * Creates a deadline without a limit.
   *
   * @param end done by the timer at the earliest end
   */
  EarliestDeadline(ScheduledExecutorService timer, Runnable end) {
    this.timer = timer;
    this.end = end;
  }

  /** Adds a limit that begins now. */
  void add(Duration limit) {
    long nanos = TimeUnit.NANOSECONDS.convert(limit);
    if (scheduled == null || scheduled.getDelay(TimeUnit.NANOSECONDS) > nanos) {
      cancel();
      scheduled = timer.schedule(end, nanos, TimeUnit.NANOSECONDS);
    }
  }

  void cancel() {
    if (scheduled != null) {
      scheduled.cancel(false);
    }
  }
}
