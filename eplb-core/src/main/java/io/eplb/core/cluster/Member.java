package io.eplb.core.cluster;

import io.eplb.api.InvalidInputException;
import io.eplb.core.argument.Require;

/**
 * The claim of a member to be a rank of the group.
 *
 * @param id unique in the group, also among members of one rank; 1 or more
 * @param rank the rank that it claims, 0 to {@code worldSize} − 1
 * @param worldSize the number of ranks of the group, according to it, 1 to {@value
 *     RankGroup#MAX_WORLD_SIZE}
 * @param incarnation the number of the rank's start, which requests to it name; 0 or more
 * @param address where planners reach it, at most {@value #MAX_ADDRESS_LENGTH} characters without
 *     control characters; empty if it is reached within the process
 */
public record Member(long id, int rank, int worldSize, long incarnation, String address) {
  /** The most characters of an address. */
  public static final int MAX_ADDRESS_LENGTH = 256;

  /**
   * Checks the claim.
   *
   * @throws InvalidInputException if a number is out of range, or the address is none
   */
  public Member {
    Require.inRange("the id of a member", id, 1, Long.MAX_VALUE);
    Require.inRange("world size", worldSize, 1, RankGroup.MAX_WORLD_SIZE);
    if (rank < 0 || rank >= worldSize) {
      throw new InvalidInputException(
          "rank is %d; with a world size of %d it must be between 0 and %d"
              .formatted(rank, worldSize, worldSize - 1));
    }
    Require.inRange("the incarnation of rank " + rank, incarnation, 0, Long.MAX_VALUE);
    requireAddress(address);
  }

  /**
   * Checks an address.
   *
   * @throws InvalidInputException if it is too long or has control characters
   */
  public static void requireAddress(String address) {
    if (address.length() > MAX_ADDRESS_LENGTH
        || address.chars().anyMatch(Character::isISOControl)) {
      throw new InvalidInputException(
          "an address of %d characters; expected at most %d without control characters"
              .formatted(address.length(), MAX_ADDRESS_LENGTH));
    }
  }

  @Override
  public String toString() {
    return "rank " + rank + " of " + worldSize;
  }
}
