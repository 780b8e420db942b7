package io.eplb.cli.shell;

import io.eplb.api.Blame;

/** The codes with which the process ends. */
public final class ExitCode {
  public static final int DONE = 0;
  public static final int BUG = 1;
  public static final int USER_FAULT = 2;
  public static final int POLICY_FAULT = 3;

  /** Ctrl-C ended a command that reports what was done until then. */
  public static final int INTERRUPTED = 130;

  private ExitCode() {}

  static int of(Blame blame) {
    return switch (blame) {
      case USER -> USER_FAULT;
      case POLICY -> POLICY_FAULT;
      case INTERNAL -> BUG;
    };
  }
}
