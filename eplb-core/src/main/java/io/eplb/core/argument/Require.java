package io.eplb.core.argument;

import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.Bounds;
import org.jspecify.annotations.Nullable;

/** Checks of arguments. Their messages name the value and the range allowed. */
public final class Require {
  private Require() {}

  /**
   * Checks a number.
   *
   * @throws InvalidInputException unless minimum ≤ value ≤ maximum
   */
  public static int inRange(String what, int value, int minimum, int maximum) {
    if (value < minimum || value > maximum) {
      throw new InvalidInputException(Bounds.outside(what, value, minimum, maximum));
    }
    return value;
  }

  /**
   * Checks a number.
   *
   * @throws InvalidInputException unless minimum ≤ value ≤ maximum
   */
  public static long inRange(String what, long value, long minimum, long maximum) {
    if (value < minimum || value > maximum) {
      throw new InvalidInputException(Bounds.outside(what, value, minimum, maximum));
    }
    return value;
  }

  /**
   * Checks that a value is there.
   *
   * @throws InvalidInputException if it is null
   */
  public static <T> T given(String what, @Nullable T value) {
    if (value == null) {
      throw new InvalidInputException(what + " is null; a value is required");
    }
    return value;
  }

  /**
   * Checks an index.
   *
   * @param what a noun whose plural ends in s
   * @throws InvalidInputException unless 0 ≤ index &lt; size
   */
  public static int index(String what, int index, int size) {
    if (index < 0 || index >= size) {
      throw new InvalidInputException(Bounds.absent(what, index, size));
    }
    return index;
  }

  /**
   * Checks that an array holds {@code size} elements from {@code offset} on.
   *
   * @throws InvalidInputException if not
   */
  public static void room(String what, double[] array, int offset, int size) {
    if (offset < 0 || size > array.length - offset) {
      throw new InvalidInputException(Bounds.noRoom(what, size, offset, array.length));
    }
  }
}
