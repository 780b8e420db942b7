package io.eplb.server.observe;

import io.eplb.core.cluster.Connection;
import io.eplb.core.engine.shared.FenceWaits;
import io.eplb.core.update.promise.RankFigures;
import io.eplb.core.update.promise.RankGate;
import java.util.Optional;

/**
 * The agent of a rank at one moment.
 *
 * @param rank the rank
 * @param connection the connection to its group
 * @param serving its rank; empty while the rank does not serve
 */
public record AgentFigures(int rank, Connection connection, Optional<Serving> serving) {
  /**
   * A rank that serves.
   *
   * @param incarnation the number of its engine's start
   * @param gate the state of its gate
   * @param waits the waits of its steps at fences
   * @param side the agent's part in updates since it found the engine
   * @param buffers the buffers of the rank
   * @param expertBytes the bytes of an expert
   */
  public record Serving(
      long incarnation,
      RankGate.Status gate,
      FenceWaits waits,
      RankFigures side,
      int buffers,
      long expertBytes) {}
}
