package io.eplb.core.foreign;

import io.eplb.api.PolicyException;
import io.eplb.api.wording.OneLine;
import org.jspecify.annotations.Nullable;

/**
 * A copy of an exception or error of foreign code: its words and its stack trace, without the
 * object itself. The object's class would keep a jar's class loader alive, and its own methods may
 * fail when it is logged.
 */
public final class ForeignFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int MOST_CAUSES = 8;

  private final String reason;

  private ForeignFailure(String className, String reason, @Nullable ForeignFailure cause) {
    super(className + ": " + reason, cause, false, true);
    this.reason = reason;
  }

  /**
   * Copies an exception or error and its causes. That runs their own methods, so call it on a
   * thread that foreign code may occupy.
   */
  public static ForeignFailure of(Throwable thrown) {
    return thrown instanceof ForeignFailure copy ? copy : of(thrown, MOST_CAUSES);
  }

  /**
   * Copies an exception or error as {@link #of} does, unless it is fatal.
   *
   * @throws VirtualMachineError as {@link #rethrowIfFatal} does
   */
  public static ForeignFailure contained(Throwable thrown) {
    rethrowIfFatal(thrown);
    return of(thrown);
  }

  /** Returns the copy of a failure that another process has told, with its class and reason. */
  public static ForeignFailure retold(String className, String reason) {
    return new ForeignFailure(className, OneLine.brief(reason), null);
  }

  private static ForeignFailure of(Throwable thrown, int causes) {
    Throwable cause = causes == 0 ? null : FailureReason.cause(thrown);
    ForeignFailure copy =
        new ForeignFailure(
            thrown.getClass().getName(),
            FailureReason.of(thrown),
            cause == null ? null : of(cause, causes - 1));
    copy.setStackTrace(FailureReason.stackTrace(thrown));
    return copy;
  }

  /**
   * Throws on an error of the virtual machine itself: a {@link VirtualMachineError} other than
   * {@link StackOverflowError} and {@link OutOfMemoryError}. The code that ran caused those two,
   * and unwinding has undone them. For everything else this returns: it is the foreign code's
   * failure.
   */
  public static void rethrowIfFatal(Throwable thrown) {
    if (thrown instanceof VirtualMachineError fatal
        && !(thrown instanceof StackOverflowError)
        && !(thrown instanceof OutOfMemoryError)) {
      throw fatal;
    }
  }

  /** Returns the reason of the failure in words, in one line. */
  public String reason() {
    return reason;
  }

  /** Returns the exception that blames the policy: {@code what}, a colon, and the reason. */
  public PolicyException blamingPolicy(String what) {
    return new PolicyException(what + ": " + reason, this);
  }
}
