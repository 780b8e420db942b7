package io.eplb.policies.kernel;

/**
 * A weight and an index in one {@code long}, so that a single comparison of primitives orders both:
 * ascending keys are descending weights, and among equal weights ascending indices.
 *
 * <p>The bit pattern of a float that is at least +0 grows with its value; subtracting it from the
 * greatest positive {@code int} reverses the order.
 */
public final class WeightKey {
  private static final int GREATEST = Integer.MAX_VALUE;

  private WeightKey() {}

  /**
   * Returns the key of a weight.
   *
   * @param weight finite, +0 or more
   * @param index 0 or more
   */
  public static long of(float weight, int index) {
    return (long) (GREATEST - Float.floatToRawIntBits(weight)) << 32 | index;
  }

  /** Returns the index in a key. */
  public static int index(long key) {
    return (int) key;
  }

  /** Returns the weight in a key, bit for bit. */
  public static float weight(long key) {
    return Float.intBitsToFloat(GREATEST - (int) (key >>> 32));
  }
}
