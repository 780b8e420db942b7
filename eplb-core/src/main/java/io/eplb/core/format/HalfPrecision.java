package io.eplb.core.format;

/** Numbers of half precision: IEEE 754 binary16. */
public final class HalfPrecision {
  private HalfPrecision() {}

  /** Returns the number that sixteen bits stand for, exactly. */
  public static double toDouble(short bits) {
    int exponent = (bits >> 10) & 0x1f;
    int fraction = bits & 0x3ff;
    double size =
        switch (exponent) {
          case 0 -> Math.scalb((double) fraction, -24);
          case 0x1f -> fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
          default -> Math.scalb((double) (0x400 | fraction), exponent - 25);
        };
    return bits < 0 ? -size : size;
  }
}
