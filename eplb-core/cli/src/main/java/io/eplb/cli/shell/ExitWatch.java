package io.eplb.cli.shell;

import java.io.PrintStream;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A shutdown hook that detects a policy's call of {@link System#exit}: it names the caller and
 * makes the exit code that of a policy's failure. It cannot prevent the exit, and it does not
 * detect {@link Runtime#halt}.
 */
final class ExitWatch {
  private static final String PROGRAM = Program.class.getName();
  private static final Set<String> EXITING = Set.of("java.lang.System", "java.lang.Runtime");

  private ExitWatch() {}

  /** Installs the hook. */
  static void start(PrintStream err) {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> watch(err), "eplb-exit"));
  }

  /** Returns the code of a policy that ends the process, if any; for shutdown hooks. */
  static Optional<StackTraceElement> culprit() {
    return Thread.getAllStackTraces().values().stream()
        .map(ExitWatch::callerOfExit)
        .flatMap(Optional::stream)
        .filter(frame -> !frame.getClassName().equals(PROGRAM))
        .findFirst();
  }

  private static void watch(PrintStream err) {
    Optional<StackTraceElement> caller = culprit();
    if (caller.isPresent()) {
      err.println("eplb: " + message(caller.get()));
      Runtime.getRuntime().halt(ExitCode.POLICY_FAULT);
    }
  }

  /**
   * Returns the caller of the exit on a thread's stack. The thread that called it waits inside it
   * for this hook; after a signal there is no such thread.
   */
  private static Optional<StackTraceElement> callerOfExit(StackTraceElement[] stack) {
    @Nullable StackTraceElement caller = null;
    for (StackTraceElement frame : stack) {
      boolean exit = frame.getMethodName().equals("exit") && EXITING.contains(frame.getClassName());
      if (exit || (caller != null && ofTheJdk(caller))) {
        caller = frame;
      }
    }
    return Optional.ofNullable(caller);
  }

  private static boolean ofTheJdk(StackTraceElement frame) {
    String module = frame.getModuleName();
    return module != null && (module.startsWith("java.") || module.startsWith("jdk."));
  }

  private static String message(StackTraceElement caller) {
    String loader = caller.getClassLoaderName();
    return "the policy code %s%s ended the process with System.exit (at %s:%d); a policy answers or throws"
        .formatted(
            caller.getClassName(),
            loader == null || loader.equals("app") ? "" : " of " + loader,
            caller.getFileName(),
            caller.getLineNumber());
  }
}
