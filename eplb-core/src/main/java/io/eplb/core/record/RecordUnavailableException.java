package io.eplb.core.record;

/**
 * Thrown when the record did not answer. Whether a request had its effect is not known: read the
 * record, or make the request again.
 */
public final class RecordUnavailableException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with the reason, on one line. */
  public RecordUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
