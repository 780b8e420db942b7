package io.eplb.core.load;

import io.eplb.api.EpTopology;
import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.Shape;
import io.eplb.core.argument.Require;

/**
 * The checks of a window of loads: layers × experts, each load finite and at least 0 (rule I2), and
 * no layer's total beyond a limit.
 */
final class LayerLoads {
  /** The window's number where there is only one. */
  static final int ONLY_WINDOW = -1;

  private LayerLoads() {}

  /**
   * Returns the number of loads of a window.
   *
   * @param layers 1 to {@value EpTopology#MAX_LAYERS}
   * @param experts 1 to {@value EpTopology#MAX_EXPERTS}
   * @throws InvalidInputException if a size is out of range, or a window does not fit into an array
   */
  static int windowLength(int layers, int experts) {
    Require.inRange("layers", layers, 1, EpTopology.MAX_LAYERS);
    Require.inRange("experts", experts, 1, EpTopology.MAX_EXPERTS);
    if ((long) layers * experts > Integer.MAX_VALUE - 8) {
      throw new InvalidInputException(
          "%s are more loads per window than the %s supported"
              .formatted(Shape.loads(layers, experts), Integer.MAX_VALUE - 8));
    }
    return layers * experts;
  }

  /**
   * Returns the sum of the loads of one layer.
   *
   * @param from the index of the first load
   * @param most the greatest sum allowed
   * @param window the window's number for the message, or {@link #ONLY_WINDOW}
   * @throws InvalidInputException if a load is negative, NaN or infinite, or the sum is greater
   */
  static double checkedTotal(
      double[] loads, int from, int experts, double most, int window, int layer) {
    double total = total(loads, from, experts);
    if (!(total <= most)) {
      String where = (window == ONLY_WINDOW ? "" : "window " + window + ", ") + "layer " + layer;
      throw Double.isNaN(total) ? unusable(loads, from, experts, where) : tooLarge(where, most);
    }
    return total;
  }

  /** Adds the loads from {@code from} on up; NaN if one of them is negative, NaN or infinite. */
  static double total(double[] loads, int from, int experts) {
    double total = 0.0;
    for (int index = from; index < from + experts; index++) {
      if (!usable(loads[index])) {
        return Double.NaN;
      }
      total += loads[index];
    }
    return total;
  }

  private static boolean usable(double load) {
    return load >= 0.0 && load <= Double.MAX_VALUE;
  }

  private static InvalidInputException unusable(
      double[] loads, int from, int experts, String where) {
    int expert = 0;
    while (expert < experts - 1 && usable(loads[from + expert])) {
      expert++;
    }
    return new InvalidInputException(
        "I2: the load of %s, expert %s is %s; every load must be finite and at least 0"
            .formatted(where, expert, loads[from + expert]));
  }

  /** Returns the error for loads of a place that sum to more than {@code most}. */
  static InvalidInputException tooLarge(String where, double most) {
    return new InvalidInputException(
        "I2: the loads of " + where + " sum to more than " + most + "; scale them down");
  }
}
