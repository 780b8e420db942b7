package io.eplb.core.runtime;

import java.util.Locale;

/** The work of a runtime on the balance; it serves in all phases. */
public enum RuntimePhase {
  /** Nothing: {@code dynamic_eplb} is off. */
  OFF,
  /** Waiting until enough steps have been counted. */
  COLLECTING,
  /** Asking the engine for its load and the policy for a plan. */
  PLANNING,
  /** Bringing weights to where the plan wants them, and switching layers. */
  UPDATING,
  /** Recording the table in force. */
  RECORDING,
  /**
   * Making the table fit the ranks, since some have failed or returned; in a planner of many
   * processes, waiting for ranks that are away.
   */
  REPAIRING,
  /** Nothing any more: too many cycles in a row have failed. */
  STOPPED,
  /** Nothing any more: asked to begin no further cycle. */
  FINISHED,
  /** Nothing any more: closed. */
  CLOSED;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
