package io.eplb.core.load;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.Counted;
import io.eplb.api.wording.Shape;
import io.eplb.core.argument.Require;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Recorded tokens per window × layer × logical expert: one or more time windows, oldest first. Each
 * load is finite and at least 0 (rule I2). Immutable.
 */
public final class LoadRecording {
  private final int windows;
  private final int layers;
  private final int experts;
  private final double[] tokens;
  private final LayerIds layerIds;

  private LoadRecording(int windows, int layers, int experts, double[] tokens, LayerIds layerIds) {
    this.layerIds = layerIds;
    this.windows = windows;
    this.layers = layers;
    this.experts = experts;
    this.tokens = tokens;
  }

  /**
   * Creates a recording; the array is copied.
   *
   * @param windows 1 to {@value ExpertWorkload#MAX_WINDOWS}
   * @param layers 1 to {@value EpTopology#MAX_LAYERS}
   * @param experts 1 to {@value EpTopology#MAX_EXPERTS}
   * @param tokens windows × layers × experts
   * @throws InvalidInputException if a size is out of range, the length is not their product, a
   *     load is negative, NaN or infinite (rule I2: window, layer and expert are named), or the
   *     loads of a layer sum to infinity
   */
  public static LoadRecording of(int windows, int layers, int experts, double[] tokens) {
    Require.inRange("windows", windows, 1, ExpertWorkload.MAX_WINDOWS);
    Require.inRange("layers", layers, 1, EpTopology.MAX_LAYERS);
    Require.inRange("experts", experts, 1, EpTopology.MAX_EXPERTS);
    if (tokens == null) {
      throw new InvalidInputException("the tokens of a recording are null; an array is required");
    }
    // Layers × experts is at most 2^32 and windows at most 2^20, so the product fits into a long.
    long length = (long) windows * layers * experts;
    if (tokens.length != length) {
      throw new InvalidInputException(
          "I1: the recording has %s loads; %s × %s need %s"
              .formatted(
                  tokens.length,
                  Counted.of(windows, "window"),
                  Shape.loads(layers, experts),
                  length));
    }
    LoadRecording recording =
        new LoadRecording(windows, layers, experts, tokens.clone(), LayerIds.from(0, layers));
    recording.requireFinite();
    return recording;
  }

  /**
   * Reads all windows that a walk has left.
   *
   * @throws InvalidInputException if a window cannot be read, or they are more than an array holds
   */
  public static LoadRecording of(LoadTrace trace) {
    int length = trace.layers() * trace.experts();
    if ((long) trace.windows() * length > Integer.MAX_VALUE - 8) {
      throw new InvalidInputException(
          "the recording has %s of %s, more than fit into memory; take longer windows"
              .formatted(
                  Counted.of(trace.windows(), "window"),
                  Shape.loads(trace.layers(), trace.experts())));
    }
    double[] tokens = new double[trace.windows() * length];
    double[] window = new double[length];
    for (int at = 0; trace.next(window); at += length) {
      System.arraycopy(window, 0, tokens, at, length);
    }
    return of(trace.windows(), trace.layers(), trace.experts(), tokens);
  }

  /**
   * Counts the tokens of each expert in each window of a workload.
   *
   * @param table the table that it was measured under
   * @throws InvalidInputException if the shapes differ (rule I1)
   */
  public static LoadRecording of(ExpertWorkload workload, ExpertTable table) {
    int experts = table.experts();
    int layers = table.layers();
    double[] tokens = new double[workload.windows() * layers * experts];
    for (int window = 0, from = 0; window < workload.windows(); window++) {
      for (int layer = 0; layer < layers; layer++, from += experts) {
        workload.expertLoads(table, layer, window, window + 1, tokens, from);
      }
    }
    return of(workload.windows(), layers, experts, tokens);
  }

  private void requireFinite() {
    for (int layer = 0; layer < layers; layer++) {
      double sum = 0.0;
      for (int window = 0; window < windows; window++) {
        // The sum over the windows decides whether it is too large.
        sum +=
            LayerLoads.checkedTotal(
                tokens, from(window, layer), experts, Double.POSITIVE_INFINITY, window, layer);
      }
      if (Double.isInfinite(sum)) {
        throw LayerLoads.tooLarge("layer " + layer, Double.MAX_VALUE);
      }
    }
  }

  /**
   * Returns a recording whose windows are sums of windows of this one, such as steps of an engine.
   * An incomplete window at the end is left out.
   *
   * @param stepsPerWindow 1 to the number of windows
   * @throws InvalidInputException if there are fewer
   */
  public LoadRecording inWindowsOf(int stepsPerWindow) {
    return stepsPerWindow == 1
        ? this
        : of(LoadTrace.of(this).inWindowsOf(stepsPerWindow)).withLayerIds(layerIds);
  }

  /**
   * Returns this recording with the model's own ids of its layers.
   *
   * @throws InvalidInputException if there are not as many ids as layers
   */
  public LoadRecording withLayerIds(LayerIds ids) {
    if (ids.layers() != layers) {
      throw new InvalidInputException(
          "there are ids for %s; the recording has %s"
              .formatted(Counted.of(ids.layers(), "layer"), layers));
    }
    return new LoadRecording(windows, layers, experts, tokens, ids);
  }

  /** Returns the model's own ids of the layers, from 0 if they are not known. */
  public LayerIds layerIds() {
    return layerIds;
  }

  /** Returns the number of windows, 1 or more. */
  public int windows() {
    return windows;
  }

  /** Returns the number of layers. */
  public int layers() {
    return layers;
  }

  /** Returns the logical experts of a layer. */
  public int experts() {
    return experts;
  }

  /**
   * Returns the tokens that one expert received in one window.
   *
   * @throws InvalidInputException if there is no such window, layer or expert
   */
  public double tokens(int window, int layer, int expert) {
    Require.index("window", window, windows);
    Require.index("layer", layer, layers);
    Require.index("expert", expert, experts);
    return tokens[from(window, layer) + expert];
  }

  /**
   * Copies one window's loads of one layer, one per expert.
   *
   * @throws InvalidInputException if there is no such window or layer, or too little room
   */
  public void copyLayer(int window, int layer, double[] destination, int offset) {
    Require.index("window", window, windows);
    Require.index("layer", layer, layers);
    Require.room("a layer of loads", destination, offset, experts);
    System.arraycopy(tokens, (window * layers + layer) * experts, destination, offset, experts);
  }

  /**
   * Returns the sum of windows: layers × experts loads, added in the order of the windows.
   *
   * @param first the first window
   * @param last the last window, included
   * @throws InvalidInputException unless 0 ≤ first ≤ last &lt; windows
   */
  public double[] sum(int first, int last) {
    requireWindows(first, last);
    int size = layers * experts;
    double[] sum = Arrays.copyOfRange(tokens, first * size, (first + 1) * size);
    for (int window = first + 1; window <= last; window++) {
      int base = window * size;
      for (int i = 0; i < size; i++) {
        sum[i] += tokens[base + i];
      }
    }
    return sum;
  }

  /**
   * Returns the average of windows with weights that fall geometrically into the past, as a {@link
   * LoadHistory} of {@link Weighting#exponential} does: layers × experts loads.
   *
   * @param first the first window
   * @param last the last window, included
   * @param alpha the weight of the newest window, in (0, 1]
   * @throws InvalidInputException unless 0 ≤ first ≤ last &lt; windows and alpha is in (0, 1]
   */
  public double[] exponentialMovingAverage(int first, int last, double alpha) {
    requireWindows(first, last);
    LoadHistory history = new LoadHistory(layers, experts, Weighting.exponential(alpha));
    for (int window = first; window <= last; window++) {
      history.add(Arrays.copyOfRange(tokens, from(window, 0), from(window + 1, 0)));
    }
    return history.estimate();
  }

  /** Returns the index of the first load of a layer of a window. */
  private int from(int window, int layer) {
    return (window * layers + layer) * experts;
  }

  private void requireWindows(int first, int last) {
    if (first < 0 || last < first || last >= windows) {
      throw new InvalidInputException(
          "windows %s to %s do not exist; windows are 0 to %s, the first one first"
              .formatted(first, last, windows - 1));
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LoadRecording that
        && windows == that.windows
        && layers == that.layers
        && experts == that.experts
        && layerIds.equals(that.layerIds)
        && Arrays.equals(tokens, that.tokens);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(tokens) * 31 + experts;
  }

  @Override
  public String toString() {
    return "LoadRecording[%s × %s]"
        .formatted(Counted.of(windows, "window"), Shape.loads(layers, experts));
  }
}
