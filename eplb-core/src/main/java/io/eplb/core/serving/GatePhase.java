package io.eplb.core.serving;

/** The states of a gate: the steps that may begin. */
public enum GatePhase {
  /** All steps may begin. */
  OPEN,
  /** Steps from a certain number on wait until the earlier ones have ended. */
  DRAINING,
  /** All steps wait while memory is rearranged. */
  SWITCHING,
  /** Steps from a certain number on wait for a table that places no expert on an absent rank. */
  SUSPENDED,
  /** No step may begin any more: memory agrees with no table, or the table is outdated. */
  BROKEN
}
