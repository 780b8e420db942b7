package io.eplb.cli.arguments;

import picocli.CommandLine.Option;

/** The option of processes that a demonstration or a test starts. */
public final class ChildArguments {
  @Option(
      names = "--child",
      hidden = true,
      description = "End when standard input ends, which is a pipe to the parent process.")
  private boolean child;

  /** Returns whether the process ends with its parent. */
  public boolean child() {
    return child;
  }
}
