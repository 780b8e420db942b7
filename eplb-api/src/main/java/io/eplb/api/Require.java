package io.eplb.api;

import io.eplb.api.wording.Bounds;
import org.jspecify.annotations.Nullable;

/** Argument checks whose messages say what was given and what would be right. */
final class Require {
  private Require() {}

  static int inRange(String what, int value, int minimum, int maximum) {
    if (value < minimum || value > maximum) {
      throw new InvalidInputException(Bounds.outside(what, value, minimum, maximum));
    }
    return value;
  }

  static long inRange(String what, long value, long minimum, long maximum) {
    if (value < minimum || value > maximum) {
      throw new InvalidInputException(Bounds.outside(what, value, minimum, maximum));
    }
    return value;
  }

  static <T> T notNull(String what, @Nullable T value) {
    if (value == null) {
      throw new InvalidInputException(what + " is null; a value is required");
    }
    return value;
  }

  /** Checks an index whose bounds are the shape of the object that is read. */
  static void index(String what, int index, int size) {
    if (index < 0 || index >= size) {
      throw new InvalidInputException(Bounds.absent(what, index, size));
    }
  }

  /** Checks that an array is there and holds {@code size} elements from {@code offset} on. */
  static void room(String what, int @Nullable [] array, int offset, int size) {
    if (array == null) {
      throw noArray(what);
    }
    room(what, array.length, offset, size);
  }

  /** Checks that an array is there and holds {@code size} elements from {@code offset} on. */
  static void room(String what, double @Nullable [] array, int offset, int size) {
    if (array == null) {
      throw noArray(what);
    }
    room(what, array.length, offset, size);
  }

  private static InvalidInputException noArray(String what) {
    return new InvalidInputException("the array for " + what + " is null; a value is required");
  }

  private static void room(String what, int arrayLength, int offset, int size) {
    if (offset < 0 || size > arrayLength - offset) {
      throw new InvalidInputException(Bounds.noRoom(what, size, offset, arrayLength));
    }
  }

  /** Multiplies dimensions into an array length, refusing what an array cannot hold. */
  static int arrayLength(String what, int... dimensions) {
    long product = 1;
    for (int dimension : dimensions) {
      product *= dimension;
      if (product > Integer.MAX_VALUE - 8) {
        throw new InvalidInputException(
            "%s would have more than %s elements; make it smaller"
                .formatted(what, Integer.MAX_VALUE - 8));
      }
    }
    return (int) product;
  }
}
