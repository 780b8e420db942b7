package io.eplb.policies.kernel;

/**
 * Narrows loads to single precision, in which the reference algorithms calculate.
 *
 * <p>Ordinary loads are rounded and otherwise left alone. A layer whose largest load is so large
 * that sums could overflow, or so small that shares could vanish, is first scaled by a power of
 * two: that loses no bit, and placements do not depend on the unit of the load.
 */
public final class SinglePrecision {
  private static final double GREATEST_ORDINARY = 0x1p100;
  private static final double LEAST_ORDINARY = 0x1p-60;
  private static final int SCALED_EXPONENT = 64;

  private SinglePrecision() {}

  /**
   * Narrows the first {@code size} loads.
   *
   * @param loads finite, 0 or more
   * @param narrowed the result; never infinite
   * @return whether there is any load at all
   */
  public static boolean narrow(double[] loads, int size, float[] narrowed) {
    double greatest = 0.0;
    for (int index = 0; index < size; index++) {
      greatest = Math.max(greatest, loads[index]);
    }
    if (greatest >= LEAST_ORDINARY && greatest <= GREATEST_ORDINARY) {
      for (int index = 0; index < size; index++) {
        narrowed[index] = (float) loads[index];
      }
    } else {
      int scale = greatest == 0.0 ? 0 : SCALED_EXPONENT - Math.getExponent(greatest);
      for (int index = 0; index < size; index++) {
        narrowed[index] = (float) Math.scalb(loads[index], scale);
      }
    }
    return greatest > 0.0;
  }
}
