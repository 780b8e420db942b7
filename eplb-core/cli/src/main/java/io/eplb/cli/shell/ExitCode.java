package io.eplb.cli.shell;

import io.eplb.api.Blame;

/** The exit codes of the process. */
public final class ExitCode {
  public static final int DONE = 0;
  public static final int BUG = 1;
  public static final int USER_FAULT = 2;
  public static final int POLICY_FAULT = 3;

  /** The code of a group with too few slots: no plan can be made, whatever the policy. */
  public static final int NO_PLAN = POLICY_FAULT;

  /** The code of a comparison of valid maps that differ. */
  public static final int DIFFERENT = 4;

  /** The code of a simulation or a demonstration that Ctrl-C ended; its report is printed. */
  public static final int INTERRUPTED = 130;

  private ExitCode() {}

  static int of(Blame blame) {
    return switch (blame) {
      case USER -> USER_FAULT;
      case POLICY -> POLICY_FAULT;
      case GROUP -> NO_PLAN;
      case INTERNAL -> BUG;
    };
  }
}
