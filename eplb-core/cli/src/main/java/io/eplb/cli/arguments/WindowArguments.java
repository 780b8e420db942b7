package io.eplb.cli.arguments;

import io.eplb.core.load.LoadTrace;
import picocli.CommandLine.Option;

/** The option for the windows of a recording of single steps. */
public final class WindowArguments {
  @Option(
      names = "--steps-per-window",
      paramLabel = "N",
      defaultValue = "1",
      converter = WholeNumber.Steps.class,
      description =
          "Add N windows of the recording up to one, as for a recording of single steps; what is"
              + " left over at its end is left out (default: ${DEFAULT-VALUE}).")
  private int steps = 1;

  /** Returns the number of steps in a window. */
  public int steps() {
    return steps;
  }

  /**
   * Returns a recording in windows; closing it closes the other.
   *
   * @throws io.eplb.api.InvalidInputException if it has fewer steps than a window
   */
  public LoadTrace over(LoadTrace recording) {
    return steps == 1 ? recording : recording.inWindowsOf(steps);
  }
}
