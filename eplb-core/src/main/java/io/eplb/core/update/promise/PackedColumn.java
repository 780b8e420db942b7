package io.eplb.core.update.promise;

import io.eplb.api.InvalidInputException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * Integers as bytes: the least of them in 4 bytes, the width of the others in 1 byte, then the
 * differences to the least in so many bits each, low bits first. The width is 1 at least, so that a
 * few bytes cannot ask for much memory. Kernel: trusts its arguments, but not the bytes that it
 * reads. Example: 7, 9, 8 are written as 7, width 2, and the bits of 0, 2, 1.
 */
final class PackedColumn {
  private static final int HEADER_BYTES = Integer.BYTES + 1;

  private PackedColumn() {}

  /** Returns the bytes of the integers, one at least. */
  static int size(int[] values) {
    return HEADER_BYTES + packedBytes(values.length, width(values));
  }

  private static int packedBytes(int count, int width) {
    return (int) (((long) count * width + Byte.SIZE - 1) / Byte.SIZE);
  }

  private static int least(int[] values) {
    int least = Integer.MAX_VALUE;
    for (int value : values) {
      least = Math.min(least, value);
    }
    return least;
  }

  private static int width(int[] values) {
    long least = least(values);
    long widest = 0;
    for (int value : values) {
      widest |= value - least;
    }
    return Math.max(1, Long.SIZE - Long.numberOfLeadingZeros(widest));
  }

  /** Writes the integers, one at least. */
  static void write(int[] values, ByteBuffer bytes) {
    long least = least(values);
    int width = width(values);
    bytes.putInt((int) least).put((byte) width);
    long pending = 0;
    int bits = 0;
    for (int value : values) {
      pending |= (value - least) << bits;
      for (bits += width; bits >= Byte.SIZE; bits -= Byte.SIZE) {
        bytes.put((byte) pending);
        pending >>>= Byte.SIZE;
      }
    }
    if (bits > 0) {
      bytes.put((byte) pending);
    }
  }

  /**
   * Reads integers.
   *
   * @param count how many
   * @throws InvalidInputException if the bytes are too few, or were not written here
   */
  static int[] read(int count, ByteBuffer bytes) {
    try {
      long least = bytes.getInt();
      int width = bytes.get();
      if (width < 1 || width > Integer.SIZE || packedBytes(count, width) > bytes.remaining()) {
        throw new InvalidInputException(
            "%d bytes hold no %d numbers of %d bits; the bytes are damaged or cut"
                .formatted(bytes.remaining(), count, width));
      }
      int[] values = new int[count];
      long mask = (1L << width) - 1;
      long pending = 0;
      int bits = 0;
      for (int index = 0; index < count; index++) {
        for (; bits < width; bits += Byte.SIZE) {
          pending |= (bytes.get() & 0xFFL) << bits;
        }
        values[index] = Math.toIntExact(least + (pending & mask));
        pending >>>= width;
        bits -= width;
      }
      return values;
    } catch (BufferUnderflowException | ArithmeticException damaged) {
      throw new InvalidInputException("numbers are damaged or cut; send what was written", damaged);
    }
  }
}
