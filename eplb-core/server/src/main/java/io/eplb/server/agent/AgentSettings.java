package io.eplb.server.agent;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
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
}
