package io.eplb.core.load;

import io.eplb.api.InvalidInputException;
import io.eplb.core.argument.Require;

/** A walk whose windows are sums of the windows of another walk. */
final class SummedTrace extends LoadTrace {
  private final LoadTrace steps;
  private final int stepsPerWindow;
  private final double[] step;

  SummedTrace(LoadTrace steps, int stepsPerWindow) {
    super(windows(steps, stepsPerWindow), steps.layers(), steps.experts());
    this.steps = steps;
    this.stepsPerWindow = stepsPerWindow;
    this.step = new double[steps.layers() * steps.experts()];
  }

  private static int windows(LoadTrace steps, int stepsPerWindow) {
    Require.inRange("steps per window", stepsPerWindow, 1, MAX_WINDOWS);
    if (stepsPerWindow > steps.windows()) {
      throw new InvalidInputException(
          "%s steps per window are more than the trace has, which is %s"
              .formatted(stepsPerWindow, steps.windows()));
    }
    return steps.windows() / stepsPerWindow;
  }

  @Override
  protected void read(int window, double[] destination) {
    steps.next(destination);
    for (int count = 1; count < stepsPerWindow; count++) {
      steps.next(step);
      for (int index = 0; index < step.length; index++) {
        destination[index] += step[index];
      }
    }
  }

  @Override
  protected InvalidInputException fault(String what) {
    return steps.fault(what);
  }

  @Override
  public LoadTrace again() {
    return steps.again().inWindowsOf(stepsPerWindow);
  }

  @Override
  public void close() {
    steps.close();
  }
}
