package io.eplb.core.runtime;

/** Thrown when another planner has been elected meanwhile. Stand for election anew. */
public final class DeposedException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with the reason, on one line. */
  DeposedException(String message) {
    super(message);
  }
}
