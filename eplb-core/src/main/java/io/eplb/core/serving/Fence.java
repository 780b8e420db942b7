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
 */
record Fence(
    GatePhase phase,
    ExpertTable table,
    long closedFrom,
    long deadline,
    Runnable changed,
    String reason) {
  static Fence open(ExpertTable table) {
    return new Fence(GatePhase.OPEN, table, Long.MAX_VALUE, 0, Fence::nothing, "");
  }

  Fence draining(long from, long until, Runnable listener) {
    return new Fence(GatePhase.DRAINING, table, from, until, listener, "");
  }

  Fence raisedTo(long from) {
    return new Fence(phase, table, from, deadline, changed, reason);
  }

  Fence switching(long until) {
    return new Fence(GatePhase.SWITCHING, table, closedFrom, until, Fence::nothing, "");
  }

  Fence broken(String why) {
    return new Fence(GatePhase.BROKEN, table, 0, deadline, Fence::nothing, why);
  }

  private static void nothing() {}
}
