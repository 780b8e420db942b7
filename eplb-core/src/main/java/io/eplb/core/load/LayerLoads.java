package io.eplb.core.load;

/** Rule I2 for the loads of one layer in one window: each finite and at least 0. */
final class LayerLoads {
  private LayerLoads() {}

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

  /**
   * Says what is wrong with loads that have no total.
   *
   * @param where the window, if there are several, and the layer
   */
  static String unusable(double[] loads, int from, int experts, String where) {
    int expert = 0;
    while (expert < experts - 1 && usable(loads[from + expert])) {
      expert++;
    }
    return "I2: the load of "
        + where
        + ", expert "
        + expert
        + " is "
        + loads[from + expert]
        + "; every load must be finite and at least 0";
  }

  /** Says that loads sum to more than {@code most}. */
  static String tooLarge(String where, double most) {
    return "I2: the loads of " + where + " sum to more than " + most + "; scale them down";
  }
}
