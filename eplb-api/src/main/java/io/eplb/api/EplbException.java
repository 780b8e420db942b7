package io.eplb.api;

import org.jspecify.annotations.Nullable;

/**
 * The root of every exception that EPLB throws on purpose. The type says whose fault it is; the
 * message says what is wrong, where, and what would be right.
 */
public abstract sealed class EplbException extends RuntimeException
    permits InvalidInputException,
        UnsupportedRequestException,
        PolicyException,
        InsufficientSlotsException,
        InternalException {
  private static final long serialVersionUID = 1L;

  /** For the members of the family. */
  EplbException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Returns whose fault this is. */
  public abstract Blame blame();
}
