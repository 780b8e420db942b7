package io.eplb.server.observe;

import java.time.Instant;
import java.util.List;

/**
 * A decided round.
 *
 * @param group the group's name
 * @param round the round's number
 * @param time the time of the decision
 * @param world the ranks expected
 * @param unanimous whether all asked the same in time
 * @param changed whether the decision changes any layer
 * @param missing the ranks that did not ask in time, ascending
 * @param different the ranks that asked something else than most, ascending
 * @param reason one line that says why nothing changes; empty otherwise
 */
public record RoundRecord(
    String group,
    long round,
    Instant time,
    int world,
    boolean unanimous,
    boolean changed,
    List<Integer> missing,
    List<Integer> different,
    String reason) {
  /** Copies the lists. */
  public RoundRecord {
    missing = List.copyOf(missing);
    different = List.copyOf(different);
  }
}
