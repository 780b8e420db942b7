package io.eplb.core.load;

/** The steps of an engine in which a load was measured; the phases route differently. */
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
