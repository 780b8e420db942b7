package io.eplb.core.foreign;

import io.eplb.api.PolicyException;
import org.jspecify.annotations.Nullable;

/**
 * A copy of what foreign code threw: its words and its stack trace, without the object itself. The
 * object's class would keep a jar's class loader alive, and its own methods may fail when it is
 * logged.
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
   * Copies what was thrown and what caused it. That runs methods of what was thrown, so it is for
   * the thread that foreign code may occupy.
   */
  public static ForeignFailure of(Throwable thrown) {
    return thrown instanceof ForeignFailure copy ? copy : of(thrown, MOST_CAUSES);
  }

  /**
   * Copies what was thrown as {@link #of} does, unless it is fatal.
   *
   * @throws VirtualMachineError as {@link #rethrowIfFatal} does
   */
  public static ForeignFailure contained(Throwable thrown) {
    rethrowIfFatal(thrown);
    return of(thrown);
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
   * Throws on what says that the virtual machine itself is broken: a {@link VirtualMachineError}
   * other than {@link StackOverflowError} and {@link OutOfMemoryError}, which the code that ran
   * caused and unwinding has undone. Everything else returns and is the foreign code's failure.
   */
  public static void rethrowIfFatal(Throwable thrown) {
    if (thrown instanceof VirtualMachineError fatal
        && !(thrown instanceof StackOverflowError)
        && !(thrown instanceof OutOfMemoryError)) {
      throw fatal;
    }
  }

  /** Returns why the code failed, in words, in one line. */
  public String reason() {
    return reason;
  }

  /** Returns the exception that blames the policy: {@code what}, a colon, and the reason. */
  public PolicyException blamingPolicy(String what) {
    return new PolicyException(what + ": " + reason, this);
  }
}
