package io.eplb.core.runtime;

import io.eplb.api.EpRanks;
import io.eplb.api.ExpertTable;
import java.time.Duration;
import java.util.List;

/**
 * The report of one repair: the table made to fit the ranks, after ranks have failed or returned.
 * Immutable.
 *
 * @param ranks the ranks that the table was made to fit
 * @param failed the ranks that have failed since the repair before, in their order
 * @param returned the ranks that have returned since then, in their order
 * @param before the table in force at its beginning
 * @param after the table in force at its end
 * @param lostExperts experts of all layers that no living rank held when ranks failed
 * @param received experts received from another rank
 * @param reloaded experts loaded from the checkpoint
 * @param untilServed the time from the first failure until steps could begin again with every
 *     expert; zero if they never had to wait
 * @param duration the time from the first failure or return until the table fitted the ranks
 * @param complete whether the table fits the ranks; false if the repair was given up
 * @param reason the reason why it was given up, on one line; empty if it is complete
 */
public record RepairReport(
    EpRanks ranks,
    List<Integer> failed,
    List<Integer> returned,
    ExpertTable before,
    ExpertTable after,
    long lostExperts,
    long received,
    long reloaded,
    Duration untilServed,
    Duration duration,
    boolean complete,
    String reason) {
  /** Copies the lists. */
  public RepairReport {
    failed = List.copyOf(failed);
    returned = List.copyOf(returned);
  }
}
