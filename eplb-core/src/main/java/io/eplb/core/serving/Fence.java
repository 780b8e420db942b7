package io.eplb.core.serving;

import io.eplb.api.ExpertTable;

/** One state of a gate. Immutable; told apart by identity, since states may come back. */
final class Fence {
  private final GatePhase phase;
  private final ExpertTable table;
  private final long closedFrom;
  private final long deadline;
  private final Runnable changed;
  private final String reason;

  private Fence(
      GatePhase phase,
      ExpertTable table,
      long closedFrom,
      long deadline,
      Runnable changed,
      String reason) {
    this.phase = phase;
    this.table = table;
    this.closedFrom = closedFrom;
    this.deadline = deadline;
    this.changed = changed;
    this.reason = reason;
  }

  static Fence open(ExpertTable table) {
    return new Fence(GatePhase.OPEN, table, Long.MAX_VALUE, 0, Fence::tellNobody, "");
  }

  Fence draining(long from, long until, Runnable listener) {
    return new Fence(GatePhase.DRAINING, table, from, until, listener, "");
  }

  Fence raisedTo(long from) {
    return new Fence(phase, table, from, deadline, changed, reason);
  }

  Fence switching(long until) {
    return new Fence(GatePhase.SWITCHING, table, closedFrom, until, Fence::tellNobody, "");
  }

  Fence broken(String why) {
    return new Fence(GatePhase.BROKEN, table, 0, deadline, Fence::tellNobody, why);
  }

  private static void tellNobody() {}

  GatePhase phase() {
    return phase;
  }

  /** Returns what steps below {@link #closedFrom} run with. */
  ExpertTable table() {
    return table;
  }

  /** Returns the first step that has to wait; the greatest long if none has to. */
  long closedFrom() {
    return closedFrom;
  }

  /** Returns when waiting is over, on the gate's clock; meaningless if open or broken. */
  long deadline() {
    return deadline;
  }

  /** Returns whom to tell when a drain may be over. */
  Runnable changed() {
    return changed;
  }

  /** Returns why the gate is broken; empty if it is not. */
  String reason() {
    return reason;
  }
}
