package io.eplb.core.serving;

import io.eplb.api.ExpertTable;

/**
 * One state of a gate. Immutable; compared by identity, since a gate may come back to equal states.
 *
 * @param phase the gate's phase
 * @param table the table of steps below {@code closedFrom}
 * @param closedFrom the first step that has to wait; the greatest long if none has to
 * @param deadline the end of all waiting, on the gate's clock; meaningless if open or broken
 * @param changed called when a drain may be over
 * @param reason the reason why the gate is broken; empty if it is not
 * @param absent the ranks that run no steps
 */
record Fence(
    GatePhase phase,
    ExpertTable table,
    long closedFrom,
    long deadline,
    Runnable changed,
    String reason,
    AbsentRanks absent) {
  /** Returns a gate that waits for nothing. */
  static Fence open(ExpertTable table, AbsentRanks absent) {
    return new Fence(GatePhase.OPEN, table, Long.MAX_VALUE, 0, Fence::nothing, "", absent);
  }

  /**
   * Returns a gate without a switch: open, or suspended if its table needs an absent rank.
   *
   * @param from the first step that waits if it is suspended
   */
  static Fence atRest(ExpertTable table, AbsentRanks absent, long from) {
    return absent.firstNeededBy(table) < 0
        ? open(table, absent)
        : new Fence(
            GatePhase.SUSPENDED, table, from, absent.deadline(), Fence::nothing, "", absent);
  }

  Fence draining(long from, long until, Runnable listener) {
    return new Fence(GatePhase.DRAINING, table, from, until, listener, "", absent);
  }

  Fence raisedTo(long from) {
    return new Fence(phase, table, from, deadline, changed, reason, absent);
  }

  Fence switching(long until) {
    return new Fence(GatePhase.SWITCHING, table, closedFrom, until, Fence::nothing, "", absent);
  }

  Fence broken(String why) {
    return new Fence(GatePhase.BROKEN, table, 0, deadline, Fence::nothing, why, absent);
  }

  Fence withAbsent(AbsentRanks ranks) {
    return new Fence(phase, table, closedFrom, deadline, changed, reason, ranks);
  }

  private static void nothing() {}
}
