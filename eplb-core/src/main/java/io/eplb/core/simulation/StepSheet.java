package io.eplb.core.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Collects the scores of one contender on single steps. Used by one thread. */
final class StepSheet {
  private final boolean timed;
  private final Sample par = Sample.ofRatios();
  private final Sample activated = Sample.ofRatios();
  private final Sample micros = Sample.ofMicros();
  private final List<StepBand> windows = new ArrayList<>();
  private Sample windowPar = Sample.ofRatios();
  private double windowActivated;
  private double windowMicros;
  private int windowSteps;

  StepSheet(boolean timed) {
    this.timed = timed;
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
    }
    micros.add(sum);
    windowActivated += mean;
    windowMicros += sum;
    windowSteps++;
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
        par.spread(),
        activated.spread(),
        timed ? Optional.of(micros.spread()) : Optional.empty(),
        List.copyOf(windows));
  }
}
