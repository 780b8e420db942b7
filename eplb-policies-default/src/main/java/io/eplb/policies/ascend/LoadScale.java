package io.eplb.policies.ascend;

/**
 * Scales loads by a power of two, which is exact, so that sums and products of them stay normal.
 */
final class LoadScale {
  private LoadScale() {}

  /**
   * Scales loads in place so that their largest is in [1, 2); a ratio to it below about 2^-1000 is
   * lost.
   *
   * @param loads each finite and at least 0
   * @return the largest load before scaling, 0 if all are 0 (which are left alone)
   */
  static double normalize(double[] loads) {
    double largest = 0.0;
    for (double load : loads) {
      largest = Math.max(largest, load);
    }
    if (largest > 0.0) {
      int exponent = exponent(largest);
      for (int index = 0; index < loads.length; index++) {
        loads[index] = Math.scalb(loads[index], -exponent);
      }
    }
    return largest;
  }

  /** Returns the power of two that {@link #normalize} divides by. */
  static int exponent(double largest) {
    if (largest >= Double.MIN_NORMAL) {
      return Math.getExponent(largest);
    }
    // Subnormal: the exponent field says nothing; scaling up by 2^54 makes it normal.
    return Math.getExponent(Math.scalb(largest, 54)) - 54;
  }
}
