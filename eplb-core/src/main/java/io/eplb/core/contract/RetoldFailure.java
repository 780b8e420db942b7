package io.eplb.core.contract;

import org.jspecify.annotations.Nullable;

/**
 * What foreign code threw, retold: its words and its stack trace without the object itself, whose
 * class would keep a jar's class loader alive, and whose own methods may fail when it is logged.
 */
public final class RetoldFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int MOST_CAUSES = 8;

  private RetoldFailure(String message, @Nullable RetoldFailure cause) {
    super(message, cause, false, true);
  }

  /** Retells what was thrown and what caused it. */
  public static RetoldFailure of(Throwable thrown) {
    return of(thrown, MOST_CAUSES);
  }

  private static RetoldFailure of(Throwable thrown, int causes) {
    Throwable cause = causes == 0 ? null : cause(thrown);
    RetoldFailure retold =
        new RetoldFailure(
            thrown.getClass().getName() + ": " + FailureReason.of(thrown),
            cause == null ? null : of(cause, causes - 1));
    retold.setStackTrace(stackTrace(thrown));
    return retold;
  }

  private static @Nullable Throwable cause(Throwable thrown) {
    try {
      return thrown.getCause();
    } catch (Throwable broken) {
      return null;
    }
  }

  private static StackTraceElement[] stackTrace(Throwable thrown) {
    try {
      return thrown.getStackTrace().clone();
    } catch (Throwable broken) {
      return new StackTraceElement[0];
    }
  }
}
