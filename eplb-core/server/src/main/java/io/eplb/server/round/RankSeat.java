package io.eplb.server.round;

import io.eplb.api.EpTopology;
import io.eplb.api.InvalidInputException;
import io.eplb.core.argument.Require;

/**
 * The place of one rank in a round of its group.
 *
 * @param rank 0 to {@code world} − 1
 * @param world the ranks that ask in this round, 1 to {@value EpTopology#MAX_RANKS}
 * @param round the number of the round, 0 to {@value #MAX_ROUND}
 */
public record RankSeat(int rank, int world, long round) {
  /** The greatest number of a round: all clients can count to it exactly. */
  public static final long MAX_ROUND = (1L << 53) - 1;

  /**
   * Checks the numbers.
   *
   * @throws InvalidInputException if one is out of range
   */
  public RankSeat {
    Require.inRange("world", world, 1, EpTopology.MAX_RANKS);
    if (rank < 0 || rank >= world) {
      throw new InvalidInputException(
          "rank is %s; it must be between 0 and %s, since world is %s"
              .formatted(rank, world - 1, world));
    }
    if (round < 0 || round > MAX_ROUND) {
      throw new InvalidInputException(
          "round is %s; it must be between 0 and %s".formatted(round, MAX_ROUND));
    }
  }
}
