package io.eplb.cli.shell;

import java.io.PrintStream;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Notices that code of a policy ends the process by {@link System#exit}: says so, and turns the
 * exit code into the one of a policy's failure. It cannot prevent it: that takes a security
 * manager, which Java has deprecated for removal. {@link Runtime#halt} is not even noticed.
 */
final class ExitWatch {
  private static final String PROGRAM = Program.class.getName();
  private static final Set<String> EXITING = Set.of("java.lang.System", "java.lang.Runtime");

  private ExitWatch() {}

  /** Watches from now on. */
  static void start(PrintStream err) {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> watch(err), "eplb-exit"));
  }

  /**
   * Returns which code of a policy is ending the process, if it is one that does; to be asked by
   * shutdown hooks.
   */
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

  /** The thread that asked for the exit waits inside it for this hook; a signal leaves no such. */
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
    return "the policy code "
        + caller.getClassName()
        + (loader == null || loader.equals("app") ? "" : " of " + loader)
        + " ended the process with System.exit (at "
        + caller.getFileName()
        + ":"
        + caller.getLineNumber()
        + "); a policy answers or throws";
  }
}
