package io.eplb.core.simulation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Collects the scores of one contender on single steps. Used by one thread. */
final class StepSheet {
  private final boolean timed;
  private final double[] microsByLayer;
  private final Sample par = Sample.ofRatios();
  private final Sample activated = Sample.ofRatios();
  private final Sample micros = Sample.ofMicros();
  private final List<StepBand> windows = new ArrayList<>();
  private Sample windowPar = Sample.ofRatios();
  private double windowActivated;
  private double windowMicros;
  private int windowSteps;
  private long steps;

  /**
   * Starts without a step.
   *
   * @param timed whether the time of steps is predicted
   */
  StepSheet(int layers, boolean timed) {
    this.timed = timed;
    this.microsByLayer = new double[layers];
  }

  /** Adds the step that was measured last. */
  void add(LoadMeter measured) {
    double sum = 0.0;
    double mean = 0.0;
    for (int layer = 0; layer < measured.layers(); layer++) {
      par.add(measured.peakToAverage(layer));
      windowPar.add(measured.peakToAverage(layer));
      activated.add(measured.activated(layer));
      mean += measured.activated(layer) / measured.layers();
      sum += measured.micros(layer);
      microsByLayer[layer] += measured.micros(layer);
    }
    micros.add(sum);
    windowActivated += mean;
    windowMicros += sum;
    windowSteps++;
    steps++;
  }

  /** Ends a window, of at least one step. */
  void endWindow() {
    windows.add(
        new StepBand(
            windowPar.spread().mean(),
            windowPar.percentile(5),
            windowPar.percentile(95),
            windowActivated / windowSteps,
            timed ? OptionalDouble.of(windowMicros / windowSteps) : OptionalDouble.empty()));
    windowPar = Sample.ofRatios();
    windowActivated = 0.0;
    windowMicros = 0.0;
    windowSteps = 0;
  }

  /** Summarises the scores of at least one window. */
  StepScore score() {
    return new StepScore(
        steps,
        par.spread(),
        activated.spread(),
        timed ? Optional.of(micros.spread()) : Optional.empty(),
        timed ? Arrays.stream(microsByLayer).mapToObj(sum -> sum / steps).toList() : List.of(),
        List.copyOf(windows));
  }
}
