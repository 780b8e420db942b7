package io.eplb.policies.flashlb;

/** Brings a window's loads to a common scale, whatever their unit or magnitude. */
final class WindowScale {
  private WindowScale() {}

  /**
   * Scales loads in place so that their mean is 1. A load below about 2^-1000 of the largest is
   * lost.
   *
   * @param loads each finite and at least 0
   * @return whether there is any load; if not, they are left alone
   */
  static boolean normalize(double[] loads) {
    double largest = 0.0;
    for (double load : loads) {
      largest = Math.max(largest, load);
    }
    if (largest == 0.0) {
      return false;
    }
    // A power of two first, which is exact: neither tiny nor huge loads lose digits in the sum.
    int exponent =
        largest >= Double.MIN_NORMAL
            ? Math.getExponent(largest)
            : Math.getExponent(Math.scalb(largest, 54)) - 54;
    double sum = 0.0;
    for (int index = 0; index < loads.length; index++) {
      loads[index] = Math.scalb(loads[index], -exponent);
      sum += loads[index];
    }
    double scale = loads.length / sum;
    for (int index = 0; index < loads.length; index++) {
      loads[index] *= scale;
    }
    return true;
  }
}
