package io.eplb.cli.shell;

import java.io.Console;

/** The terminal of the process. */
public final class Terminal {
  private Terminal() {}

  /** Returns whether the standard input and output are a terminal. */
  @SuppressWarnings("SystemConsoleNull") // Since Java 22 it may be no terminal: see below.
  public static boolean watched() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException beforeJava22) {
      return true;
    }
  }
}
