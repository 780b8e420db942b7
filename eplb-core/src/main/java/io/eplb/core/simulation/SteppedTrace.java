package io.eplb.core.simulation;

import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.Counted;
import io.eplb.api.wording.Shape;
import io.eplb.core.load.LoadTrace;

/**
 * A recording of single steps, walked through twice at once: ahead in windows, each the sum of some
 * steps, from which plans are made, and behind in single steps, on which they are scored. Only
 * single windows and steps are in memory, however long a window is.
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
   * @throws InvalidInputException if there are fewer steps, or the recording cannot be opened again
   *     or has changed
   */
  public static SteppedTrace of(LoadTrace steps, int stepsPerWindow) {
    LoadTrace windows = steps.inWindowsOf(stepsPerWindow);
    LoadTrace behind = steps.again();
    if (behind.windows() != steps.windows()
        || behind.layers() != steps.layers()
        || behind.experts() != steps.experts()) {
      behind.close();
      throw new InvalidInputException(
          "the recording had %s of %s when it was opened, and then %s of %s; it must not change while it is read"
              .formatted(
                  Counted.of(steps.windows(), "step"),
                  Shape.loads(steps.layers(), steps.experts()),
                  Counted.of(behind.windows(), "step"),
                  Shape.loads(behind.layers(), behind.experts())));
    }
    return new SteppedTrace(windows, behind, stepsPerWindow);
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
