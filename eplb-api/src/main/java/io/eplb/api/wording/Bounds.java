package io.eplb.api.wording;

/**
 * Texts about a number, an index or an array outside its bounds: what it is, and what would be
 * right.
 */
public final class Bounds {
  private Bounds() {}

  /** Returns {@code ranks is 0; it must be between 1 and 8}. */
  public static String outside(String what, Object value, Object minimum, Object maximum) {
    return what
        + " is "
        + value
        + "; it must be "
        + (minimum.equals(maximum) ? minimum : "between " + minimum + " and " + maximum);
  }

  /**
   * Returns {@code layer 9 does not exist; layers are 0 to 8}.
   *
   * @param what a noun whose plural ends in s
   * @param size how many there are, counted from 0
   */
  public static String absent(String what, int index, int size) {
    return what
        + " "
        + index
        + " does not exist; "
        + (size == 0 ? "there are none" : what + "s are 0 to " + (size - 1));
  }

  /** Returns {@code a layer's row needs room for 9 elements from offset 2; the array has 10}. */
  public static String noRoom(String what, int size, int offset, int length) {
    return "%s needs room for %s from offset %s; the array has %s"
        .formatted(what, Counted.of(size, "element"), offset, length);
  }
}
