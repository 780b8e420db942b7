package io.eplb.core.advice;

import io.eplb.api.InvalidInputException;
import io.eplb.core.load.LoadRecording;
import io.eplb.core.load.LoadTrace;

/**
 * The layers of a recording that stand for all: evenly spaced, so many that the work stays bounded.
 */
public final class SampledLayers {
  private static final int MOST_LAYERS = 128;
  private static final int FEWEST_LAYERS = 4;
  private static final int MOST_PLANS = 640;
  private static final int MOST_LOADS = 1 << 27;

  private SampledLayers() {}

  /**
   * Reads a recording to its end.
   *
   * @param trace unread; the caller closes it
   * @param stepsPerWindow the windows of the trace from one plan to the next, 1 or more
   * @return all its windows with some of its layers
   * @throws InvalidInputException if it cannot be read, or does not fit in memory
   */
  public static LoadRecording read(LoadTrace trace, int stepsPerWindow) {
    long row = (long) trace.windows() * trace.experts();
    int layers = Math.min(layers(trace, stepsPerWindow), Math.toIntExact(MOST_LOADS / row));
    if (layers == 0) {
      throw new InvalidInputException(
          "the recording has %,d windows of %,d experts, which do not fit in memory; record fewer"
              .formatted(trace.windows(), trace.experts()));
    }
    int experts = trace.experts();
    double[] window = new double[trace.layers() * experts];
    double[] sampled = new double[Math.toIntExact(row * layers)];
    for (int at = 0; trace.next(window); at++) {
      for (int layer = 0; layer < layers; layer++) {
        int source = (int) ((2L * layer + 1) * trace.layers() / (2L * layers));
        System.arraycopy(
            window, source * experts, sampled, (at * layers + layer) * experts, experts);
      }
    }
    return LoadRecording.of(trace.windows(), layers, experts, sampled);
  }

  private static int layers(LoadTrace trace, int stepsPerWindow) {
    int plans = Math.max(1, trace.windows() / stepsPerWindow);
    int affordable = Math.max(FEWEST_LAYERS, Math.min(MOST_LAYERS, MOST_PLANS / plans));
    return Math.min(trace.layers(), affordable);
  }
}
