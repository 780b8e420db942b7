package io.eplb.api;

/** The kind of steps in which a load was measured; the phases route tokens differently. */
public enum LoadPhase {
  /** Steps of either kind. */
  ALL,
  /** Steps that read prompts. */
  PREFILL,
  /** Steps that write answers. */
  DECODE;

  /** Returns whether a window of another phase's steps belongs to this one. */
  public boolean covers(LoadPhase measured) {
    return this == ALL || this == measured;
  }
}
