package io.eplb.core.load;

import io.eplb.api.EpTopology;
import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.Counted;
import io.eplb.api.wording.Shape;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The windows measured so far and the estimate of the next one. The latest windows are held one by
 * one and older ones are folded into one, so that memory does not grow with their number. Used by
 * one thread.
 *
 * <p>Example: the windows (2, 0) and (0, 4) of a layer with two experts, weighted by {@link
 * Weighting#mean}, are scaled to their mean total 3 and get the weight ½ each. The estimate is
 * (1.5, 1.5).
 */
public final class LoadHistory {
  /**
   * The number of windows that an average over all of them holds one by one; at an alpha of 0.25
   * the folded windows have 1 % of the weight.
   */
  static final int HELD = 16;

  private static final int SAVED_MAGIC = 0x45504C48;
  private static final int SAVED_VERSION = 1;

  private final int layers;
  private final int experts;
  private final Weighting weighting;

  /** A ring: window number w is at w modulo its length. */
  private final double[][] held;

  /** The tokens of each held window in each layer. */
  private final double[][] totals;

  private final double[][] coefficients;

  /** Σ coefficient × share of the layer's total, over the windows no longer held. */
  private final double[] folded;

  private final double[] foldedCoefficients;

  /** Per layer, over all windows that count. */
  private final int[] counted;

  private final double[] meanTotals;
  private long windows;

  /**
   * Starts without a window.
   *
   * @param layers 1 to {@value EpTopology#MAX_LAYERS}
   * @param experts 1 to {@value EpTopology#MAX_EXPERTS}
   * @param weighting the weight of each window
   * @throws InvalidInputException if a number is out of range, or a window is larger than an array
   */
  public LoadHistory(int layers, int experts, Weighting weighting) {
    int length = LayerLoads.windowLength(layers, experts);
    this.layers = layers;
    this.experts = experts;
    this.weighting = weighting;
    this.held = new double[weighting.held()][];
    this.totals = new double[held.length][layers];
    this.coefficients = new double[held.length][layers];
    this.folded = new double[weighting.remembers() ? length : 0];
    this.foldedCoefficients = new double[layers];
    this.counted = new int[layers];
    this.meanTotals = new double[layers];
  }

  /**
   * Adds the newest window; the array is copied.
   *
   * @param window layers × experts tokens, each finite and at least 0
   * @throws InvalidInputException if the length is not layers × experts, or a load is negative, NaN
   *     or infinite (rule I2: layer and expert are named), or a layer's loads sum to infinity; the
   *     history stays as it was
   */
  public void add(double[] window) {
    if (window.length != layers * experts) {
      throw new InvalidInputException(
          "I1: the window has %s; %s need %s"
              .formatted(
                  Counted.of(window.length, "load"),
                  Shape.loads(layers, experts),
                  layers * experts));
    }
    double[] newTotals = new double[layers];
    for (int layer = 0; layer < layers; layer++) {
      newTotals[layer] =
          LayerLoads.checkedTotal(
              window, layer * experts, experts, Double.MAX_VALUE, LayerLoads.ONLY_WINDOW, layer);
    }
    int at = (int) (windows % held.length);
    fold(at);
    double[] room = held[at];
    if (room == null) {
      room = new double[window.length];
      held[at] = room;
    }
    System.arraycopy(window, 0, room, 0, window.length);
    for (int layer = 0; layer < layers; layer++) {
      totals[at][layer] = newTotals[layer];
      coefficients[at][layer] = 0.0;
      if (!weighting.scales() || newTotals[layer] > 0.0) {
        join(at, layer);
      }
    }
    windows++;
  }

  /** Releases the oldest held window, and folds it if it still counts. */
  private void fold(int at) {
    double[] oldest = held[at];
    if (oldest == null || !weighting.remembers()) {
      return;
    }
    for (int layer = 0; layer < layers; layer++) {
      double coefficient = coefficients[at][layer];
      if (coefficient == 0.0) {
        continue;
      }
      foldedCoefficients[layer] += coefficient;
      double total = totals[at][layer];
      for (int i = layer * experts; i < (layer + 1) * experts; i++) {
        folded[i] += oldest[i] / total * coefficient;
      }
    }
  }

  /** Gives a window its weight in a layer. */
  private void join(int at, int layer) {
    double fading = weighting.fading();
    if (fading != 1.0) {
      for (double[] window : coefficients) {
        window[layer] *= fading;
      }
      foldedCoefficients[layer] *= fading;
      for (int i = layer * experts; i < (layer + 1) * experts; i++) {
        folded[i] *= fading;
      }
    }
    coefficients[at][layer] = weighting.joining(counted[layer]);
    counted[layer]++;
    meanTotals[layer] += (totals[at][layer] - meanTotals[layer]) / counted[layer];
  }

  /** Returns the number of windows added. */
  public long windows() {
    return windows;
  }

  /**
   * Returns the estimate: layers × experts tokens.
   *
   * @throws InvalidInputException if there is no window yet
   */
  public double[] estimate() {
    return series().sum();
  }

  /**
   * Returns the estimate as the weighted windows it is the sum of.
   *
   * @throws InvalidInputException if there is no window yet
   */
  public LoadSeries series() {
    if (windows == 0) {
      throw new InvalidInputException(
          "there is no estimate before the first window; add at least one");
    }
    int latest = latest(windows);
    int older = weighting.remembers() && windows > latest ? 1 : 0;
    double[] tokens = new double[Math.multiplyExact(older + latest, layers * experts)];
    double[] weights = new double[(older + latest) * layers];
    for (int layer = 0; layer < layers; layer++) {
      weigh(layer, latest, older, tokens, weights);
    }
    // Windows have their number since the first as id; those joined in one have the last one's.
    return new LoadSeries(windows - latest - older, layers, experts, tokens, weights);
  }

  /** Fills in one layer of the weighted tokens, and the factors that they were multiplied with. */
  private void weigh(int layer, int latest, int older, double[] tokens, double[] weights) {
    int size = layers * experts;
    int from = layer * experts;
    double sum = foldedCoefficients[layer];
    for (long window = windows - latest; window < windows; window++) {
      sum += coefficients[(int) (window % held.length)][layer];
    }
    if (sum == 0.0) {
      return;
    }
    double target = weighting.remembers() ? meanTotals[layer] : meanOfHeld(layer, latest);
    if (older > 0) {
      for (int i = from; i < from + experts; i++) {
        tokens[i] = folded[i] * (target / sum);
      }
      // As if all of them had been one window, of the mean total and their average shares.
      weights[layer] = foldedCoefficients[layer] / sum;
    }
    for (int k = 0; k < latest; k++) {
      int at = (int) ((windows - latest + k) % held.length);
      int to = (older + k) * size + from;
      double[] window = held[at];
      double weight = coefficients[at][layer] / sum;
      int weightAt = (older + k) * layers + layer;
      if (!weighting.scales()) {
        System.arraycopy(window, from, tokens, to, experts);
        weights[weightAt] = 1.0;
      } else if (weight == 1.0 && totals[at][layer] == target) {
        // The only window that counts stays bit for bit.
        System.arraycopy(window, from, tokens, to, experts);
        weights[weightAt] = 1.0;
      } else if (weight > 0.0) {
        double total = totals[at][layer];
        weights[weightAt] = Math.min(target * weight / total, Double.MAX_VALUE);
        for (int expert = 0; expert < experts; expert++) {
          // Dividing first cannot overflow.
          tokens[to + expert] = window[from + expert] / total * (target * weight);
        }
      }
    }
  }

  /**
   * Returns the whole state as bytes, from which {@link #restore} makes a history that gives the
   * same estimates bit for bit, after the same windows too.
   *
   * @throws InvalidInputException if it does not fit into an array
   */
  public byte[] save() {
    ByteBuffer to = ByteBuffer.allocate(savedBytes(windows));
    to.put(savedHead()).putLong(windows);
    for (int layer = 0; layer < layers; layer++) {
      to.putInt(counted[layer]).putDouble(meanTotals[layer]).putDouble(foldedCoefficients[layer]);
    }
    put(to, folded);
    for (long window = windows - latest(windows); window < windows; window++) {
      int at = (int) (window % held.length);
      put(to, coefficients[at]);
      put(to, held[at]);
    }
    return to.array();
  }

  /**
   * Returns the history that was saved.
   *
   * @param layers the layers that it must have
   * @param experts the experts that it must have
   * @param weighting the weights that it must have
   * @throws InvalidInputException if it was saved with others or in another format, or the bytes
   *     are damaged
   */
  public static LoadHistory restore(int layers, int experts, Weighting weighting, byte[] saved) {
    LoadHistory history = new LoadHistory(layers, experts, weighting);
    byte[] head = history.savedHead();
    require(
        saved.length >= head.length + Long.BYTES
            && Arrays.equals(saved, 0, head.length, head, 0, head.length),
        "it is no history of %s, %s".formatted(Shape.loads(layers, experts), weighting));
    ByteBuffer from = ByteBuffer.wrap(saved, head.length, saved.length - head.length);
    long windows = from.getLong();
    require(
        windows >= 0 && saved.length == history.savedBytes(windows),
        "%s bytes do not fit %s".formatted(saved.length, Counted.of(windows, "window")));
    history.read(from, windows);
    return history;
  }

  private void read(ByteBuffer from, long savedWindows) {
    windows = savedWindows;
    for (int layer = 0; layer < layers; layer++) {
      counted[layer] = from.getInt();
      meanTotals[layer] = amount(from, Double.MAX_VALUE);
      foldedCoefficients[layer] = amount(from, (double) windows);
      require(counted[layer] >= 0 && counted[layer] <= windows, "a count is out of range");
    }
    get(from, folded, (double) windows);
    for (long window = windows - latest(windows); window < windows; window++) {
      int at = (int) (window % held.length);
      get(from, coefficients[at], 1.0);
      held[at] = new double[layers * experts];
      get(from, held[at], Double.MAX_VALUE);
      for (int layer = 0; layer < layers; layer++) {
        totals[at][layer] =
            LayerLoads.checkedTotal(
                held[at],
                layer * experts,
                experts,
                Double.MAX_VALUE,
                LayerLoads.ONLY_WINDOW,
                layer);
        require(
            coefficients[at][layer] == 0.0 || totals[at][layer] > 0.0 || !weighting.scales(),
            "an idle layer has a weight");
      }
    }
  }

  /** Returns the number of windows that are held one by one. */
  private int latest(long ofWindows) {
    return (int) Math.min(ofWindows, held.length);
  }

  /** Returns the first bytes of a saved history: they tell histories apart. */
  private byte[] savedHead() {
    byte[] weights = weighting.toString().getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(5 * Integer.BYTES + weights.length)
        .putInt(SAVED_MAGIC)
        .putInt(SAVED_VERSION)
        .putInt(layers)
        .putInt(experts)
        .putInt(weights.length)
        .put(weights)
        .array();
  }

  private int savedBytes(long ofWindows) {
    long perLayer = (long) layers * (Integer.BYTES + 2 * Double.BYTES);
    long perWindow = (long) layers * (experts + 1) * Double.BYTES;
    long bytes =
        savedHead().length
            + Long.BYTES
            + perLayer
            + (long) folded.length * Double.BYTES
            + latest(ofWindows) * perWindow;
    require(bytes <= Integer.MAX_VALUE - 8, bytes + " bytes are too many");
    return (int) bytes;
  }

  private static void put(ByteBuffer to, double[] amounts) {
    to.asDoubleBuffer().put(amounts);
    to.position(to.position() + amounts.length * Double.BYTES);
  }

  private static void get(ByteBuffer from, double[] amounts, double most) {
    for (int at = 0; at < amounts.length; at++) {
      amounts[at] = amount(from, most);
    }
  }

  private static double amount(ByteBuffer from, double most) {
    double amount = from.getDouble();
    require(amount >= 0.0 && amount <= most, amount + " is out of range");
    return amount;
  }

  private static void require(boolean right, String wrong) {
    if (!right) {
      throw new InvalidInputException("the saved history of loads cannot be used: " + wrong);
    }
  }

  private double meanOfHeld(int layer, int latest) {
    double mean = 0.0;
    int count = 0;
    for (int at = 0; at < latest; at++) {
      if (coefficients[at][layer] > 0.0) {
        count++;
        mean += (totals[at][layer] - mean) / count;
      }
    }
    return mean;
  }

  @Override
  public String toString() {
    return "LoadHistory[" + Counted.of(windows, "window") + ", " + weighting + "]";
  }
}
