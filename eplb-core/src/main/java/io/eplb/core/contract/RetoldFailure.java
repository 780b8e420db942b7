package io.eplb.core.contract;

import org.jspecify.annotations.Nullable;

/**
 * What foreign code threw, retold: its words and its stack trace without the object itself, whose
 * class would keep a jar's class loader alive, and whose own methods may fail when it is logged.
 */
public final class RetoldFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int MOST_CAUSES = 8;

  private final String reason;

  private RetoldFailure(String className, String reason, @Nullable RetoldFailure cause) {
    super(className + ": " + reason, cause, false, true);
    this.reason = reason;
  }

  /**
   * Retells what was thrown and what caused it. That runs methods of what was thrown, so it is for
   * the thread that foreign code may occupy.
   */
  public static RetoldFailure of(Throwable thrown) {
    return of(thrown, MOST_CAUSES);
  }

  private static RetoldFailure of(Throwable thrown, int causes) {
    Throwable cause = causes == 0 ? null : cause(thrown);
    RetoldFailure retold =
        new RetoldFailure(
            thrown.getClass().getName(),
            FailureReason.of(thrown),
            cause == null ? null : of(cause, causes - 1));
    retold.setStackTrace(stackTrace(thrown));
    return retold;
  }

  /** Returns why the code failed, in words, in one line. */
  public String reason() {
    return reason;
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
