package io.eplb.policies.flashlb;

import io.eplb.policies.kernel.LoadScale;

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
    // First by a power of two, which is exact, so that the sum neither overflows nor loses digits.
    if (LoadScale.normalize(loads) == 0.0) {
      return false;
    }
    double sum = 0.0;
    for (double load : loads) {
      sum += load;
    }
    double scale = loads.length / sum;
    for (int index = 0; index < loads.length; index++) {
      loads[index] *= scale;
    }
    return true;
  }
}
