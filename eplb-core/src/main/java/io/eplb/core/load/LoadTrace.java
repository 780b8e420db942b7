package io.eplb.core.load;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.Counted;
import io.eplb.core.argument.Require;

/**
 * The windows of a recording, oldest first, one at a time, so that a recording larger than memory
 * can be walked through. Used by one thread.
 */
public abstract class LoadTrace implements AutoCloseable {
  /**
   * The most tokens of one layer in one window: half of a workload's limit, which leaves room for
   * rounding.
   */
  private static final double MAX_LAYER_TOTAL = ExpertWorkload.MAX_LAYER_TOTAL / 2;

  /** The most windows of a walk. */
  public static final int MAX_WINDOWS = 1 << 24;

  private final int windows;
  private final int layers;
  private final int experts;
  private final int length;
  private int next;

  /**
   * Prepares a walk.
   *
   * @param windows the number of windows, 1 to {@value #MAX_WINDOWS}
   * @param layers 1 to {@value EpTopology#MAX_LAYERS}
   * @param experts 1 to {@value EpTopology#MAX_EXPERTS}
   * @throws InvalidInputException if a size is out of range, or one window is larger than an array
   */
  protected LoadTrace(int windows, int layers, int experts) {
    Require.inRange("windows", windows, 1, MAX_WINDOWS);
    this.length = LayerLoads.windowLength(layers, experts);
    this.windows = windows;
    this.layers = layers;
    this.experts = experts;
  }

  /** Returns the walk through a recording that is in memory. */
  public static LoadTrace of(LoadRecording recording) {
    return new LoadTrace(recording.windows(), recording.layers(), recording.experts()) {
      @Override
      protected void read(int window, double[] destination) {
        for (int layer = 0; layer < layers(); layer++) {
          recording.copyLayer(window, layer, destination, layer * experts());
        }
      }

      @Override
      public LoadTrace again() {
        return of(recording);
      }

      @Override
      public void close() {
        // Nothing is held open.
      }
    };
  }

  /**
   * Returns a walk whose windows are sums of windows of this one, such as steps of an engine. An
   * incomplete window at the end is left out. It must be called before the first window is read;
   * closing either walk closes both.
   *
   * @param stepsPerWindow 1 to the number of windows
   * @throws InvalidInputException if there are fewer
   */
  public final LoadTrace inWindowsOf(int stepsPerWindow) {
    return new SummedTrace(this, stepsPerWindow);
  }

  /**
   * Returns another walk through the same recording, from its first window on; the two are
   * independent, and the caller closes both.
   *
   * @throws InvalidInputException if the recording cannot be opened again
   */
  public abstract LoadTrace again();

  /** Returns the number of windows, 1 or more. */
  public final int windows() {
    return windows;
  }

  /** Returns the number of layers. */
  public final int layers() {
    return layers;
  }

  /** Returns the logical experts of a layer. */
  public final int experts() {
    return experts;
  }

  /**
   * Reads the next window.
   *
   * @param destination layers × experts tokens, overwritten; undefined after an error
   * @return whether there was another window
   * @throws InvalidInputException if the array is too short, the window cannot be read, or a load
   *     is negative, NaN or infinite (rule I2: window, layer and expert are named) or a layer's
   *     loads sum to more than a quarter of the greatest double
   */
  public final boolean next(double[] destination) {
    if (next == windows) {
      return false;
    }
    if (destination.length < length) {
      throw new InvalidInputException(
          "a window needs room for %s; the array has %s"
              .formatted(Counted.of(length, "load"), destination.length));
    }
    read(next, destination);
    for (int layer = 0; layer < layers; layer++) {
      requireLoads(destination, layer);
    }
    next++;
    return true;
  }

  private void requireLoads(double[] window, int layer) {
    try {
      LayerLoads.checkedTotal(window, layer * experts, experts, MAX_LAYER_TOTAL, next, layer);
    } catch (InvalidInputException wrong) {
      throw fault(String.valueOf(wrong.getMessage()));
    }
  }

  /**
   * Reads one window; the windows are asked for in order.
   *
   * @param window from 0
   * @param destination at least layers × experts, the first of which are to be filled
   */
  protected abstract void read(int window, double[] destination);

  /** Returns the error for a fault in the recording; a subclass may name the recording. */
  protected InvalidInputException fault(String what) {
    return new InvalidInputException(what);
  }

  /** Closes the recording; windows already read stay valid. */
  @Override
  public abstract void close();
}
