package io.eplb.api;

import org.jspecify.annotations.Nullable;

/** Input, an option or a setting that cannot be used: the user's to mend. */
public final class InvalidInputException extends EplbException {
  private static final long serialVersionUID = 1L;

  /** Creates an error with a message that says what is wrong, where, and what would be right. */
  public InvalidInputException(String message) {
    super(message, null);
  }

  /** As {@link #InvalidInputException(String)}, with the exception that led to it. */
  public InvalidInputException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  @Override
  public Blame blame() {
    return Blame.USER;
  }
}
