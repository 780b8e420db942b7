package io.eplb.server.agent;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.core.argument.Require;
import io.eplb.core.engine.shared.SharedFolder;
import io.eplb.core.engine.shared.WeightsShape;
import io.eplb.core.update.promise.RankSettings;
import java.time.Duration;

/**
 * The settings of one rank's agent.
 *
 * @param rank the rank, 0 to ranks − 1
 * @param topology the shape of the group
 * @param first the table with which the group starts, the same on all ranks
 * @param folder the folder that the agent shares with its engine
 * @param weights the sizes of the engine's memory
 * @param side the limits of the rank's side of updates
 * @param startLimit the time in which all ranks have to come at the first start
 */
public record AgentSettings(
    int rank,
    EpTopology topology,
    ExpertTable first,
    SharedFolder folder,
    WeightsShape weights,
    RankSettings side,
    Duration startLimit) {
  /**
   * Checks the rank.
   *
   * @throws io.eplb.api.InvalidInputException if there is no such rank
   */
  public AgentSettings {
    Require.index("rank", rank, topology.ranks());
  }

  /**
   * Checks that a table of the record is one of this group.
   *
   * @throws InvalidInputException if it has another shape
   */
  void requireOwn(ExpertTable recorded) {
    if (!shape(recorded).equals(shape(first))) {
      throw new InvalidInputException(
          "the record in ZooKeeper is of %s, and the map of rank %d of %s; a group needs a path of its own there"
              .formatted(shape(recorded), rank, shape(first)));
    }
  }

  private static String shape(ExpertTable table) {
    return "%d layers × %d experts on %d ranks × %d slots"
        .formatted(table.layers(), table.experts(), table.ranks(), table.slotsPerRank());
  }
}
