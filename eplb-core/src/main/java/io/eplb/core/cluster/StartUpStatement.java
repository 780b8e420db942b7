package io.eplb.core.cluster;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.core.argument.Require;
import io.eplb.core.consistency.TableDigest;
import java.util.Optional;

/**
 * The statement of one rank at its start.
 *
 * @param rank the rank, 0 to {@code worldSize} − 1
 * @param worldSize the number of ranks of the group, according to this one
 * @param topology the topology of the group, according to this one
 * @param digest the digest of the table that this rank is about to serve
 * @param table the table itself, if the rank sends it
 */
public record StartUpStatement(
    int rank, int worldSize, EpTopology topology, TableDigest digest, Optional<ExpertTable> table) {
  /**
   * Checks the numbers.
   *
   * @throws InvalidInputException if one is out of range, or the table does not have the topology's
   *     shape
   */
  public StartUpStatement {
    Require.inRange("world size", worldSize, 1, RankGroup.MAX_WORLD_SIZE);
    Require.inRange("rank", rank, 0, worldSize - 1);
    if (!digest.fits(topology)) {
      throw new InvalidInputException(
          "the table has %s, which is not the shape of %s".formatted(digest.shape(), topology));
    }
  }

  /** Returns the statement of a rank that sends its whole table. */
  public static StartUpStatement of(
      int rank, int worldSize, EpTopology topology, ExpertTable table) {
    return new StartUpStatement(
        rank, worldSize, topology, TableDigest.of(table), Optional.of(table));
  }

  /** Returns the statement of a rank that sends the digest of its table. */
  public static StartUpStatement of(
      int rank, int worldSize, EpTopology topology, TableDigest digest) {
    return new StartUpStatement(rank, worldSize, topology, digest, Optional.empty());
  }
}
