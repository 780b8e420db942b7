package io.eplb.api;

import org.jspecify.annotations.Nullable;

/** A state that should be impossible: a fault of EPLB itself. */
public final class InternalException extends EplbException {
  private static final long serialVersionUID = 1L;

  /** Creates an error with a message that says what is wrong, where, and what would be right. */
  public InternalException(String message) {
    super(message, null);
  }

  /** As {@link #InternalException(String)}, with the exception that led to it. */
  public InternalException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  @Override
  public Blame blame() {
    return Blame.INTERNAL;
  }
}
