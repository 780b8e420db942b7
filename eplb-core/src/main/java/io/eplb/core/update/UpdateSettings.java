package io.eplb.core.update;

import io.eplb.api.InvalidInputException;
import io.eplb.core.argument.Require;
import io.eplb.core.migration.MigrationLimits;
import java.time.Duration;

/**
 * The limits of an update.
 *
 * @param maxLayersInFlight layers that hold buffers at the same time, 1 to {@value
 *     #MAX_LAYERS_IN_FLIGHT}; fewer if buffers do not suffice
 * @param sendsPerRank experts that may be read from one rank by others at the same time, 1 to
 *     {@value MigrationLimits#MAX}
 * @param receivesPerRank experts that may be received by one rank from others at the same time, 1
 *     to {@value MigrationLimits#MAX}
 * @param transferTimeout the longest time for a layer to receive its experts, from the first copy
 *     on, 1 ms to 1 h; with several stages, for each of them
 * @param drainTimeout the longest time that steps are held up until those with the old table have
 *     ended, 1 ms to 1 h
 * @param switchTimeout the longest time that a step waits for a switch before it fails, 1 ms to 1 h
 */
public record UpdateSettings(
    int maxLayersInFlight,
    int sendsPerRank,
    int receivesPerRank,
    Duration transferTimeout,
    Duration drainTimeout,
    Duration switchTimeout) {
  /** The most layers that may be in flight. */
  public static final int MAX_LAYERS_IN_FLIGHT = 1_024;

  /** The shortest timeout. */
  public static final Duration MIN_TIMEOUT = Duration.ofMillis(1);

  /** The longest timeout. */
  public static final Duration MAX_TIMEOUT = Duration.ofHours(1);

  /** Two layers, one transfer in each direction; 30 s to transfer, 2 s to drain, 5 s to switch. */
  public static final UpdateSettings DEFAULT =
      new UpdateSettings(
          2, 1, 1, Duration.ofSeconds(30), Duration.ofSeconds(2), Duration.ofSeconds(5));

  /**
   * Creates settings.
   *
   * @throws InvalidInputException if a value is out of range
   */
  public UpdateSettings {
    Require.inRange("layers in flight", maxLayersInFlight, 1, MAX_LAYERS_IN_FLIGHT);
    Require.inRange("sends per rank", sendsPerRank, 1, MigrationLimits.MAX);
    Require.inRange("receives per rank", receivesPerRank, 1, MigrationLimits.MAX);
    requireInRange("the transfer timeout", transferTimeout);
    requireInRange("the drain timeout", drainTimeout);
    requireInRange("the switch timeout", switchTimeout);
  }

  /** Returns the limits of a layer's migration on ranks with so many buffers. */
  public MigrationLimits migrationLimits(int buffersPerRank) {
    return new MigrationLimits(
        sendsPerRank, receivesPerRank, Math.min(buffersPerRank, MigrationLimits.MAX));
  }

  private static void requireInRange(String what, Duration value) {
    if (value.compareTo(MIN_TIMEOUT) < 0 || value.compareTo(MAX_TIMEOUT) > 0) {
      throw new InvalidInputException(what + " is " + value + "; it must be between 1 ms and 1 h");
    }
  }
}
