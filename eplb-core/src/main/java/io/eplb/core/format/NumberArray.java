package io.eplb.core.format;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * An array of numbers from a file, in row-major order. Its arrays are not copied: a reader passes
 * them to a value type, which copies them.
 */
public final class NumberArray {
  private final int[] shape;
  private final double[] values;

  /**
   * Takes both arrays over.
   *
   * @param shape the length of every dimension, outermost first, each 1 or more
   * @param values as many as the product of the lengths
   */
  public NumberArray(int[] shape, double[] values) {
    this.shape = shape;
    this.values = values;
  }

  /** Returns the number of dimensions. */
  public int dimensions() {
    return shape.length;
  }

  /** Returns the length of a dimension; negative ones count from the innermost, which is −1. */
  public int length(int dimension) {
    return shape[dimension < 0 ? shape.length + dimension : dimension];
  }

  /** Returns whether the innermost dimensions have these lengths. */
  public boolean endsWith(int... lengths) {
    int outer = shape.length - lengths.length;
    return outer >= 0 && Arrays.equals(shape, outer, shape.length, lengths, 0, lengths.length);
  }

  /** Returns the values themselves, not a copy. */
  public double[] values() {
    return values;
  }

  /** Returns the values as integers; the reader has checked that they are integers. */
  public int[] toIntegers() {
    return Arrays.stream(values).mapToInt(value -> (int) value).toArray();
  }

  /** Returns the shape as text: {@code 58 × 256}. */
  public String shape() {
    return Arrays.stream(shape).mapToObj(String::valueOf).collect(Collectors.joining(" × "));
  }
}
