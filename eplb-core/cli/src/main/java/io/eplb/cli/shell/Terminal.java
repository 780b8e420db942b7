package io.eplb.cli.shell;

import java.io.Console;

/** Knows whether a person watches. */
public final class Terminal {
  private Terminal() {}

  /** Returns whether the standard input and output are a terminal. */
  @SuppressWarnings("SystemConsoleNull") // What it means since Java 22 is asked below.
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
