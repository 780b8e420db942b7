package io.eplb.core.cluster;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a group did not answer in time, or has given up the member or candidate that asked.
 * Join or stand anew, and ask again.
 */
public final class GroupUnavailableException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with the reason, on one line. */
  public GroupUnavailableException(String message) {
    this(message, null);
  }

  /** Creates an exception with the reason, on one line, and its cause if there is one. */
  public GroupUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
