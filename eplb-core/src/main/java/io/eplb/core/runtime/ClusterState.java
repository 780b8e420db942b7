package io.eplb.core.runtime;

import java.util.List;

/**
 * The state of a planner of many processes. Immutable.
 *
 * @param epoch the epoch of the planner
 * @param away the ranks that are away, ascending; while there are any, nothing is planned
 * @param balance the state of the balance; its phase is {@link RuntimePhase#REPAIRING} while ranks
 *     are away
 */
public record ClusterState(long epoch, List<Integer> away, RuntimeState balance) {
  /** Copies the list. */
  public ClusterState {
    away = List.copyOf(away);
  }
}
