package io.eplb.core.load;

import io.eplb.api.EpRanks;
import io.eplb.api.InvalidInputException;
import io.eplb.core.argument.Require;

/**
 * The settings of a {@link SpeedEstimator}.
 *
 * @param windows the number of windows whose median counts, 1 to {@value #MAX_WINDOWS}; with fewer
 *     the estimate is nearer to 1
 * @param deadZone the distance from 1 that counts as 1, 0 to 1: noise does not move speeds
 * @param hysteresis the least change of a speed as a share of it, 0 to 1; smaller ones are left out
 * @param maxChange the greatest factor by which a window changes a speed, more than 1 to {@value
 *     #GREATEST_CHANGE}
 * @param minSpeed the least speed, {@value EpRanks#MIN_SPEED} to 1
 * @param maxSpeed the greatest speed, 1 to {@value EpRanks#MAX_SPEED}
 */
public record SpeedSettings(
    int windows,
    double deadZone,
    double hysteresis,
    double maxChange,
    double minSpeed,
    double maxSpeed) {
  /** The most windows. */
  public static final int MAX_WINDOWS = 1_000;

  /** The greatest change of a window. */
  public static final double GREATEST_CHANGE = 1_000.0;

  /**
   * Eight windows, 5 % around 1, changes of at least 3 % and at most a factor of 1.5, 0.1 to 10.
   */
  public static final SpeedSettings DEFAULT = new SpeedSettings(8, 0.05, 0.03, 1.5, 0.1, 10.0);

  /**
   * Creates settings.
   *
   * @throws InvalidInputException if a value is out of range or NaN
   */
  public SpeedSettings {
    Require.inRange("the windows of a speed", windows, 1, MAX_WINDOWS);
    requireInRange("the dead zone", deadZone, 0.0, 1.0);
    requireInRange("the hysteresis", hysteresis, 0.0, 1.0);
    requireInRange("the greatest change of a speed", maxChange, Math.nextUp(1.0), GREATEST_CHANGE);
    requireInRange("the least speed", minSpeed, EpRanks.MIN_SPEED, 1.0);
    requireInRange("the greatest speed", maxSpeed, 1.0, EpRanks.MAX_SPEED);
  }

  private static void requireInRange(String what, double value, double least, double greatest) {
    if (!(value >= least && value <= greatest)) {
      throw new InvalidInputException(
          "%s is %s; it must be between %s and %s".formatted(what, value, least, greatest));
    }
  }
}
