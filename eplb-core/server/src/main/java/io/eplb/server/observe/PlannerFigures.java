package io.eplb.server.observe;

import io.eplb.core.cluster.Connection;
import io.eplb.core.runtime.ClusterState;
import java.util.Optional;

/**
 * A planner at one moment.
 *
 * @param connection the connection to its group
 * @param leading the state of the planner while it leads; empty while it stands by
 */
public record PlannerFigures(Connection connection, Optional<ClusterState> leading) {}
