package io.eplb.api.kit;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.opentest4j.AssertionFailedError;

/**
 * A clock that advances by one step whenever it is read, so that a policy that waits makes the time
 * pass. It throws at a policy that reads it too often.
 */
final class SteppingClock implements LongSupplier {
  private final long stepNanos;
  private final long mostLooks;
  private final AtomicLong looks = new AtomicLong();

  SteppingClock(long stepNanos, long mostLooks) {
    this.stepNanos = stepNanos;
    this.mostLooks = mostLooks;
  }

  @Override
  public long getAsLong() {
    long look = looks.getAndIncrement();
    if (look > mostLooks) {
      throw new AssertionFailedError(
          "P8: the policy still looks at the clock after " + mostLooks + " times");
    }
    return look * stepNanos;
  }

  /** Returns the time without passing any. */
  long now() {
    return looks.get() * stepNanos;
  }
}
