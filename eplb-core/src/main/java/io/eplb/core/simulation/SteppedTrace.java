package io.eplb.core.simulation;

import io.eplb.core.load.LoadTrace;

/**
 * A recording of single steps, walked through twice at once: ahead in windows, each the sum of some
 * steps, from which plans are made, and behind in single steps, on which they are scored. So one
 * window and one step are in memory, however long a window is.
 */
public final class SteppedTrace implements AutoCloseable {
  private final LoadTrace windows;
  private final LoadTrace steps;
  private final int stepsPerWindow;

  private SteppedTrace(LoadTrace windows, LoadTrace steps, int stepsPerWindow) {
    this.windows = windows;
    this.steps = steps;
    this.stepsPerWindow = stepsPerWindow;
  }

  /**
   * Returns the two walks through a recording.
   *
   * @param steps a walk that has not begun; closed with this
   * @param stepsPerWindow 1 to the number of steps; an incomplete window at the end is left out
   * @throws io.eplb.api.InvalidInputException if there are fewer steps, or the recording cannot be
   *     opened again
   */
  public static SteppedTrace of(LoadTrace steps, int stepsPerWindow) {
    LoadTrace windows = steps.inWindowsOf(stepsPerWindow);
    return new SteppedTrace(windows, steps.again(), stepsPerWindow);
  }

  /** Returns the walk through the windows. */
  public LoadTrace windows() {
    return windows;
  }

  LoadTrace steps() {
    return steps;
  }

  int stepsPerWindow() {
    return stepsPerWindow;
  }

  @Override
  public void close() {
    windows.close();
    steps.close();
  }
}
