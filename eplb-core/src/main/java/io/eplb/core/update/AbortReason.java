package io.eplb.core.update;

import io.eplb.api.InternalException;
import org.jspecify.annotations.Nullable;

/** The reason why a layer did not get its new rows. */
public enum AbortReason {
  /** An expert could not be received. */
  RECEIVE_FAILED,
  /** Experts were not received in time. */
  TRANSFER_TIMEOUT,
  /** Steps with the old table did not end in time. */
  DRAIN_TIMEOUT,
  /** The contents of a slot and a buffer could not change places. */
  EXCHANGE_FAILED,
  /** The context's table is not the one that the update was made for. */
  STALE,
  /** A rank has no buffer left: receives that were given up still run into them. */
  NO_BUFFER,
  /** A rank or the commit record could not take part, or did not answer in time. */
  UNAVAILABLE,
  /** Another update was running. */
  BUSY,
  /** The updater was closed. */
  SHUTDOWN,
  /** A fault of EPLB itself, or memory that could not be put back. */
  INTERNAL;

  /** Returns the reason to abort after the failure of a party, or its silence. */
  public static AbortReason of(@Nullable Throwable failure) {
    return failure instanceof InternalException ? INTERNAL : UNAVAILABLE;
  }
}
