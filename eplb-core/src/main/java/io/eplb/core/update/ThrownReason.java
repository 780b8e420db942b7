package io.eplb.core.update;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * What a thrown exception says to people: its message on one line, without names of classes. The
 * exception itself belongs into the log.
 */
final class ThrownReason {
  private static final String UNSAID = "no reason was given, the log has the details";

  private ThrownReason() {}

  /** Returns the message, or that of the cause where the exception says nothing of its own. */
  static String of(Throwable thrown) {
    Throwable cause = thrown.getCause();
    String message = thrown.getMessage();
    if (cause != null && cause != thrown && addsNothing(thrown, message, cause)) {
      return of(cause);
    }
    return message == null || message.isBlank()
        ? UNSAID
        : message.strip().replaceAll("\\s*\\R\\s*", " ");
  }

  private static boolean addsNothing(Throwable thrown, @Nullable String message, Throwable cause) {
    return thrown instanceof CompletionException
        || thrown instanceof ExecutionException
        || message == null
        || message.isBlank()
        // What an exception made of a cause alone says.
        || message.equals(cause.toString());
  }
}
