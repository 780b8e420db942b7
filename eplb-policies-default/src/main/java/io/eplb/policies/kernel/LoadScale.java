package io.eplb.policies.kernel;

/**
 * Scales loads by powers of two, which loses no bit, so that sums and products of them neither
 * overflow nor vanish, and placements do not depend on the unit of the load.
 *
 * <p>Loads are finite and at least 0. A load below about 2^-1000 of the largest may become 0.
 */
public final class LoadScale {
  /** The range of largest loads in which sums and shares stay within the range of a float. */
  private static final double LEAST_ORDINARY = 0x1p-60;

  private static final double GREATEST_ORDINARY = 0x1p100;
  private static final int SCALED_EXPONENT = 64;

  private LoadScale() {}

  /**
   * Scales loads in place so that their largest is in [1, 2).
   *
   * @return the largest load before scaling, 0 if all are 0 (which are left alone)
   */
  public static double normalize(double[] loads) {
    double largest = largest(loads, loads.length);
    if (largest > 0.0) {
      int exponent = exponent(largest);
      for (int index = 0; index < loads.length; index++) {
        loads[index] = Math.scalb(loads[index], -exponent);
      }
    }
    return largest;
  }

  /**
   * Returns the exponent of the power of two that {@link #normalize} divides by, for a largest load
   * above 0.
   */
  public static int exponent(double largest) {
    if (largest >= Double.MIN_NORMAL) {
      return Math.getExponent(largest);
    }
    // A subnormal number has no exponent of its own; scaling up by 2^54 makes it normal.
    return Math.getExponent(Math.scalb(largest, 54)) - 54;
  }

  /**
   * Narrows the first {@code size} loads to single precision, in which the reference algorithms
   * calculate. Ordinary loads are rounded and otherwise left alone; only a layer whose largest load
   * is so large that sums could overflow, or so small that shares could vanish, is scaled first.
   *
   * @param narrowed the result; never infinite
   * @return whether there is any load at all
   */
  public static boolean narrow(double[] loads, int size, float[] narrowed) {
    double largest = largest(loads, size);
    if (largest >= LEAST_ORDINARY && largest <= GREATEST_ORDINARY) {
      for (int index = 0; index < size; index++) {
        narrowed[index] = (float) loads[index];
      }
    } else {
      int scale = largest == 0.0 ? 0 : SCALED_EXPONENT - exponent(largest);
      for (int index = 0; index < size; index++) {
        narrowed[index] = (float) Math.scalb(loads[index], scale);
      }
    }
    return largest > 0.0;
  }

  private static double largest(double[] loads, int size) {
    double largest = 0.0;
    for (int index = 0; index < size; index++) {
      largest = Math.max(largest, loads[index]);
    }
    return largest;
  }
}
