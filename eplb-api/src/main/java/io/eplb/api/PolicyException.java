package io.eplb.api;

import org.jspecify.annotations.Nullable;

/** A policy that broke its contract, threw or answered too late: the policy author's to mend. */
public final class PolicyException extends EplbException {
  private static final long serialVersionUID = 1L;

  /** Creates an error with a message that says what is wrong, where, and what would be right. */
  public PolicyException(String message) {
    super(message, null);
  }

  /** As {@link #PolicyException(String)}, with the exception that led to it. */
  public PolicyException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  @Override
  public Blame blame() {
    return Blame.POLICY;
  }
}
