package io.eplb.core.update.promise;

import io.eplb.api.InvalidInputException;
import io.eplb.core.argument.Require;
import java.time.Duration;

/**
 * The limits of one rank's side.
 *
 * @param receivesAtOnce the most experts that are received at the same time for one layer, 1 to
 *     {@value #MAX_RECEIVES}
 * @param look the time between two looks at the gate while a promise is open, 0.1 ms to 1 s
 * @param patience the time after which an unanswered question to the record is asked again, 1 ms to
 *     1 h
 */
public record RankSettings(int receivesAtOnce, Duration look, Duration patience) {
  /** The most receives at the same time. */
  public static final int MAX_RECEIVES = 1_024;

  /** Two receives; a look each millisecond; 2 s for the record. */
  public static final RankSettings DEFAULT =
      new RankSettings(2, Duration.ofMillis(1), Duration.ofSeconds(2));

  /**
   * Creates settings.
   *
   * @throws InvalidInputException if a value is out of range
   */
  public RankSettings {
    Require.inRange("the receives at once", receivesAtOnce, 1, MAX_RECEIVES);
    requireInRange(
        "the time between looks", look, Duration.ofNanos(100_000), Duration.ofSeconds(1));
    requireInRange("the patience", patience, Duration.ofMillis(1), Duration.ofHours(1));
  }

  private static void requireInRange(
      String what, Duration value, Duration minimum, Duration maximum) {
    if (value.compareTo(minimum) < 0 || value.compareTo(maximum) > 0) {
      throw new InvalidInputException(
          "%s is %s; it must be between %s and %s".formatted(what, value, minimum, maximum));
    }
  }
}
