package io.eplb.core.update;

/** The phases of a layer's update. */
public enum LayerPhase {
  /** Queued; it holds nothing. */
  WAITING,
  /** Its buffers are reserved on every rank that receives. */
  READY,
  /** Experts are being received into buffers, or are there and wait for the steps to drain. */
  TRANSFERRING,
  /** The new rows serve; the buffers are released. */
  COMMITTED,
  /** The rows of the last commit go on to serve, the old ones if there was none. */
  ABORTED;

  /** Returns whether nothing more will happen. */
  public boolean isFinal() {
    return this == COMMITTED || this == ABORTED;
  }
}
