package io.eplb.core.runtime;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.core.cluster.GroupMember;
import io.eplb.core.cluster.StartUpCheck;
import java.time.Duration;
import java.util.concurrent.CancellationException;

/**
 * The check, before any rank of a group serves, that all start from one table.
 *
 * @param member the rank that speaks
 * @param name of the check, new for every start and the same on every rank
 * @param timeout how long to wait for the other ranks, 0 or more
 */
record GroupStart(GroupMember member, String name, Duration timeout) {
  /**
   * Returns if all ranks are there with this table.
   *
   * @throws InvalidInputException with all that is wrong, the same on every rank
   * @throws CancellationException if the thread is interrupted meanwhile; it stays interrupted
   */
  void requireOneTable(EpTopology topology, ExpertTable table) {
    try {
      StartUpCheck.run(member, name, topology, table, timeout).requireConsistent();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new CancellationException(
          "interrupted while " + member + " waited for the other ranks to start");
    }
  }
}
