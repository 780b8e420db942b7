package io.eplb.server.round;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.core.argument.Require;
import io.eplb.core.cluster.RankGroup;
import io.eplb.core.consistency.TableDigest;
import java.util.Optional;

/**
 * What one rank hands in before its group starts.
 *
 * @param group the group's name
 * @param rank 0 to {@code world} − 1
 * @param world the ranks of the group, according to this one
 * @param topology the topology of the group, according to this rank
 * @param digest the digest of the table that this rank is about to serve
 * @param table the table itself, if the rank sent it
 */
public record StartUpAsk(
    String group,
    int rank,
    int world,
    EpTopology topology,
    TableDigest digest,
    Optional<ExpertTable> table) {
  /**
   * Checks the numbers.
   *
   * @throws InvalidInputException if one is out of range, or the table does not have the topology's
   *     shape
   */
  public StartUpAsk {
    Require.inRange("world", world, 1, RankGroup.MAX_WORLD_SIZE);
    Require.inRange("rank", rank, 0, world - 1);
    if (!digest.fits(topology)) {
      throw new InvalidInputException(
          "the table has %s; the topology has %s; they must agree"
              .formatted(digest.shape(), topology));
    }
  }

  /** Returns what a rank hands in with its whole table. */
  public static StartUpAsk of(
      String group, int rank, int world, EpTopology topology, ExpertTable table) {
    return new StartUpAsk(group, rank, world, topology, TableDigest.of(table), Optional.of(table));
  }
}
