package io.eplb.core.cli;

import java.io.PrintStream;
import java.util.Optional;

/**
 * Notices that code of a policy ends the process by {@link System#exit}: says so, and turns the
 * exit code into the one of a policy's failure. It cannot prevent it: that takes a security
 * manager, which Java has deprecated for removal. {@link Runtime#halt} is not even noticed.
 */
final class ExitWatch {
  private static final String PROGRAM = Eplb.class.getName();

  private ExitWatch() {}

  /** Watches from now on. */
  static void start(PrintStream err) {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> watch(err), "eplb-exit"));
  }

  private static void watch(PrintStream err) {
    Optional<StackTraceElement> caller =
        Thread.getAllStackTraces().values().stream()
            .map(ExitWatch::callerOfExit)
            .flatMap(Optional::stream)
            .filter(frame -> !frame.getClassName().equals(PROGRAM))
            .findFirst();
    if (caller.isPresent()) {
      err.println("eplb: " + message(caller.get()));
      Runtime.getRuntime().halt(ErrorLine.POLICY_FAULT);
    }
  }

  /** The thread that asked for the exit waits inside it for this hook; a signal leaves no such. */
  private static Optional<StackTraceElement> callerOfExit(StackTraceElement[] stack) {
    boolean exiting = false;
    for (StackTraceElement frame : stack) {
      String name = frame.getClassName();
      boolean system = name.equals("java.lang.Runtime") || name.equals("java.lang.System");
      if (system && frame.getMethodName().equals("exit")) {
        exiting = true;
      } else if (exiting) {
        return Optional.of(frame);
      }
    }
    return Optional.empty();
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
