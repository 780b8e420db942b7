package io.eplb.core.load;

/** Which steps of an engine a load was measured in; they route differently. */
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
