package io.eplb.core.contract;

/** Which of the things that foreign code throws are contained. */
public final class Containment {
  private Containment() {}

  /**
   * Throws on what says that the virtual machine itself is broken: a {@link VirtualMachineError}
   * other than {@link StackOverflowError} and {@link OutOfMemoryError}, which the code that ran
   * caused and unwinding has undone. Everything else returns and is the policy's failure.
   */
  public static void rethrowIfFatal(Throwable thrown) {
    if (thrown instanceof VirtualMachineError fatal
        && !(thrown instanceof StackOverflowError)
        && !(thrown instanceof OutOfMemoryError)) {
      throw fatal;
    }
  }
}
