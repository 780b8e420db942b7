package io.eplb.core.cluster;

import java.util.Optional;

/**
 * Told of the events of a group, one after another, in their order; it must be quick. Of what
 * happens while the connection is suspended, only the result is told once it is back.
 */
public interface GroupListener {
  /** Called when a member has joined; also for those that are there when the listener comes. */
  default void joined(Member member) {}

  /** Called when a member has left, by itself or given up by the group. */
  default void left(Member member) {}

  /** Called when the connection has changed, and first of all with the present one. */
  default void connection(Connection connection) {}

  /**
   * Called when the leader has changed, and with the present one when the listener comes.
   *
   * @param leader the leader; empty while there is none
   */
  default void leader(Optional<Leader> leader) {}
}
