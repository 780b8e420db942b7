package io.eplb.core.serving;

/** The states of a gate, by what it does with steps that want to begin. */
public enum GatePhase {
  /** All may begin. */
  OPEN,
  /** Those from a certain number on wait until the earlier ones have ended. */
  DRAINING,
  /** All wait while memory is rearranged. */
  SWITCHING,
  /** None may begin any more: memory agrees with no table, or the table is outdated. */
  BROKEN
}
