package io.eplb.core.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the process's standard output for the commands' results alone: what a policy prints goes to
 * standard error. A policy that opens the file descriptor itself is not stopped.
 */
final class ProcessStreams {
  private static @Nullable PrintStream reserved;

  private ProcessStreams() {}

  /** Sends to standard error, from now on, what is printed to {@link System#out}. */
  static synchronized void reserveStandardOutput() {
    if (reserved == null) {
      reserved = System.out;
      System.setOut(System.err);
    }
  }

  /** Returns the process's standard output, reserved or not. */
  static synchronized OutputStream standardOutput() {
    return reserved == null ? System.out : reserved;
  }
}
