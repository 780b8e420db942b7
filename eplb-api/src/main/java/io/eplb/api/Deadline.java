package io.eplb.api;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The instant by which a policy has to have answered (rule P8), on a monotonic clock. Immutable.
 *
 * <p>An answer that comes when the deadline has {@linkplain #passed() passed} is late, so a policy
 * that searches for as long as it may stops while some time {@linkplain #remainingNanos() remains}.
 */
public final class Deadline {
  /** The longest time that can be given. */
  public static final Duration MAX = Duration.ofDays(1);

  private static final Deadline UNLIMITED = new Deadline(() -> 0L, 0L, false);

  private final LongSupplier nanoClock;
  private final long atNanos;
  private final boolean limited;

  private Deadline(LongSupplier nanoClock, long atNanos, boolean limited) {
    this.nanoClock = nanoClock;
    this.atNanos = atNanos;
    this.limited = limited;
  }

  /** Returns a deadline that never comes. */
  public static Deadline unlimited() {
    return UNLIMITED;
  }

  /**
   * Returns the deadline that is {@code time} from now.
   *
   * @throws InvalidInputException if the time is negative or longer than a day
   */
  public static Deadline in(Duration time) {
    return in(time, System::nanoTime);
  }

  /**
   * Returns the deadline that is {@code time} from now on a given clock of nanoseconds, which may
   * start anywhere but never goes back.
   *
   * @throws InvalidInputException if the time is negative or longer than a day
   */
  public static Deadline in(Duration time, LongSupplier nanoClock) {
    Require.notNull("the time to the deadline", time);
    Require.notNull("the clock", nanoClock);
    if (time.isNegative() || time.compareTo(MAX) > 0) {
      throw new InvalidInputException(
          "the time to the deadline is " + time + "; it must be between 0 and " + MAX);
    }
    return new Deadline(nanoClock, nanoClock.getAsLong() + time.toNanos(), true);
  }

  /** Returns whether there is a limit at all. */
  public boolean limited() {
    return limited;
  }

  /**
   * Returns the nanoseconds that are left: 0 once it has passed, {@link Long#MAX_VALUE} without a
   * limit.
   */
  public long remainingNanos() {
    return limited ? Math.max(0L, atNanos - nanoClock.getAsLong()) : Long.MAX_VALUE;
  }

  /** Returns whether it has passed. */
  public boolean passed() {
    return limited && atNanos - nanoClock.getAsLong() <= 0;
  }

  @Override
  public String toString() {
    return limited ? "Deadline[in " + Duration.ofNanos(remainingNanos()) + "]" : "Deadline[none]";
  }
}
