package io.eplb.core.simulation;

import java.util.function.Consumer;

/** The walk through single steps, the steps of one window after the other. */
final class StepWalk {
  private final SteppedTrace trace;
  private final double[] step;

  StepWalk(SteppedTrace trace) {
    this.trace = trace;
    this.step = new double[trace.steps().layers() * trace.steps().experts()];
  }

  /**
   * Reads the steps of the next window.
   *
   * @param taker gets layers × experts tokens of each; the array is used again
   */
  void window(Consumer<double[]> taker) {
    for (int count = 0; count < trace.stepsPerWindow() && trace.steps().next(step); count++) {
      taker.accept(step);
    }
  }
}
