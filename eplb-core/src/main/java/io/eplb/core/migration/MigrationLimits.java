package io.eplb.core.migration;

import io.eplb.api.InvalidInputException;
import io.eplb.core.argument.Require;

/**
 * What a rank can do at once.
 *
 * @param sendsPerRank transfers of a round that may read from one rank, 1 to {@value #MAX}
 * @param receivesPerRank transfers of a round that may write to one rank, 1 to {@value #MAX}
 * @param buffersPerRank experts that a rank can hold beside its slots while a layer is moved, 1 to
 *     {@value #MAX}; one is enough for every plan, more make for fewer rounds
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
