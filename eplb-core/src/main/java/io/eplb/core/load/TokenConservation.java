package io.eplb.core.load;

import java.util.Arrays;
import java.util.Optional;

/**
 * A check that tokens are conserved: every layer of a window routes the same tokens to the same
 * number of experts, so all layers of a window have one total. A layer with another total has lost
 * tokens or counted some twice.
 *
 * <p>A window is judged only if it holds whole numbers and more than half of its layers agree.
 * Averages, scaled loads and recordings of unequal layers are not judged. Mutable; used by one
 * thread.
 */
public final class TokenConservation {
  private final int layers;
  private final int experts;
  private final double[] totals;
  private long seen;
  private long judged;
  private long breaches;
  private Optional<Breach> first = Optional.empty();

  /**
   * A layer with another total than most layers of its window.
   *
   * @param window the window, from 0
   * @param layer the layer
   * @param total the layer's tokens over all experts
   * @param expected the total of most layers of the window
   */
  public record Breach(long window, int layer, double total, double expected) {}

  /**
   * Starts without a window.
   *
   * @param layers layers of every window
   * @param experts experts of every layer
   */
  public TokenConservation(int layers, int experts) {
    this.layers = layers;
    this.experts = experts;
    this.totals = new double[layers];
  }

  /** Judges the next window: layers × experts tokens. */
  public void check(double[] window) {
    long number = seen++;
    for (int layer = 0; layer < layers; layer++) {
      double total = 0.0;
      for (int i = layer * experts; i < (layer + 1) * experts; i++) {
        if (window[i] != Math.rint(window[i])) {
          return;
        }
        total += window[i];
      }
      totals[layer] = total;
    }
    // A total that more than half of the layers share is the median.
    double[] sorted = totals.clone();
    Arrays.sort(sorted);
    double expected = sorted[layers / 2];
    int agreeing = 0;
    for (double total : totals) {
      agreeing += total == expected ? 1 : 0;
    }
    if (agreeing * 2 <= layers) {
      return;
    }
    judged++;
    for (int layer = 0; layer < layers; layer++) {
      if (totals[layer] != expected) {
        breaches++;
        if (first.isEmpty()) {
          first = Optional.of(new Breach(number, layer, totals[layer], expected));
        }
      }
    }
  }

  /** Returns the number of windows judged. */
  public long judgedWindows() {
    return judged;
  }

  /** Returns the number of layers in judged windows with another total than most. */
  public long breaches() {
    return breaches;
  }

  /** Returns the first such layer. */
  public Optional<Breach> firstBreach() {
    return first;
  }
}
