package io.eplb.core.migration;

import io.eplb.api.InvalidInputException;
import io.eplb.core.argument.Require;

/**
 * The limits of a migration on every rank.
 *
 * @param sendsPerRank transfers that may read from one rank at once, 1 to {@value #MAX}
 * @param receivesPerRank transfers that may write to one rank at once, 1 to {@value #MAX}
 * @param buffersPerRank experts of a layer that a rank can receive beside its slots, 1 to {@value
 *     #MAX}; one is enough for every plan, more give fewer stages
 */
public record MigrationLimits(int sendsPerRank, int receivesPerRank, int buffersPerRank) {
  /** The greatest limit. */
  public static final int MAX = 65_536;

  /** One transfer in each direction at a time, two buffers. */
  public static final MigrationLimits DEFAULT = new MigrationLimits(1, 1, 2);

  /**
   * Creates limits.
   *
   * @throws InvalidInputException if one is below 1 or above {@value #MAX}
   */
  public MigrationLimits {
    Require.inRange("sends per rank", sendsPerRank, 1, MAX);
    Require.inRange("receives per rank", receivesPerRank, 1, MAX);
    Require.inRange("buffers per rank", buffersPerRank, 1, MAX);
  }
}
