package io.eplb.core.runtime;

import io.eplb.api.InvalidInputException;
import io.eplb.api.LoadPhase;
import io.eplb.api.wording.Shape;
import io.eplb.core.load.LoadHistory;
import io.eplb.core.load.LoadRecording;
import io.eplb.core.load.LoadSeries;

/**
 * The loads that an engine has measured since the last call, added up over the phase that counts
 * into one window of expert loads, and the estimate from all windows so far. Used by one thread at
 * a time.
 */
final class LoadCollection {
  private final LoadSource source;
  private final LoadPhase phase;
  private final int layers;
  private final int experts;
  private final LoadHistory history;
  private double[] lastWindow = {};

  /**
   * Starts without a window.
   *
   * @param history of as many layers and experts
   */
  LoadCollection(LoadSource source, LoadPhase phase, int layers, int experts, LoadHistory history) {
    this.source = source;
    this.phase = phase;
    this.layers = layers;
    this.experts = experts;
    this.history = history;
  }

  /**
   * Takes one window from the engine.
   *
   * @return true if this window has a token of the phase that counts
   * @throws InvalidInputException if a load has another shape, or they sum to infinity; the window
   *     is not taken
   */
  boolean collect() throws InterruptedException {
    double[] window = new double[layers * experts];
    boolean idle = true;
    for (MeasuredLoad load : source.collect()) {
      requireShape(load.tokens());
      if (!phase.covers(load.phase())) {
        continue;
      }
      double[] tokens = load.tokens().sum(0, load.tokens().windows() - 1);
      for (int index = 0; index < window.length; index++) {
        window[index] += tokens[index];
        idle &= tokens[index] == 0.0;
      }
    }
    if (idle) {
      return false;
    }
    history.add(window);
    lastWindow = window;
    return true;
  }

  private void requireShape(LoadRecording tokens) {
    if (tokens.layers() != layers || tokens.experts() != experts) {
      throw new InvalidInputException(
          "I1: the load has %s, the engine's table %s; they must agree"
              .formatted(
                  Shape.loads(tokens.layers(), tokens.experts()), Shape.loads(layers, experts)));
    }
  }

  /** Returns the last window: layers × experts tokens; empty before the first. */
  double[] lastWindow() {
    return lastWindow;
  }

  /** Returns the loads expected over the next interval. */
  LoadSeries estimate() {
    return history.series();
  }
}
