package io.eplb.core.hostile;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;

/** Cuts and joins of byte arrays. */
final class Bytes {
  private static final long[] HOSTILE_NUMBERS = {
    0,
    1,
    -1,
    2,
    127,
    128,
    255,
    256,
    0x7fff,
    0x8000,
    0xffff,
    0x1_0000,
    0x7fff_ffff,
    0x8000_0000L,
    0xffff_ffffL,
    0x1_0000_0000L,
    0x2000_0001L,
    1L << 61,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    Double.doubleToLongBits(Double.NaN),
    Double.doubleToLongBits(Double.POSITIVE_INFINITY),
    Double.doubleToLongBits(-1.0),
    Double.doubleToLongBits(1e308),
  };

  private Bytes() {}

  static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /** Returns bytes with other ones in the place of {@code [from, to)}. */
  static byte[] replaced(byte[] bytes, int from, int to, byte[] other) {
    return joined(Arrays.copyOf(bytes, from), other, Arrays.copyOfRange(bytes, to, bytes.length));
  }

  /** Returns a number that readers may trip over, or the one given plus or minus one. */
  static long hostileNumber(long present, Random random) {
    int choice = random.nextInt(HOSTILE_NUMBERS.length + 3);
    return choice < HOSTILE_NUMBERS.length
        ? HOSTILE_NUMBERS[choice]
        : present + choice - HOSTILE_NUMBERS.length - 1;
  }

  /** Returns bytes with a hostile number in the place of one of a width of 1, 2, 4 or 8. */
  static byte[] withHostileNumber(byte[] bytes, int at, int width, ByteOrder order, Random random) {
    byte[] copy = bytes.clone();
    ByteBuffer buffer = ByteBuffer.wrap(copy).order(order);
    switch (width) {
      case 1 -> buffer.put(at, (byte) hostileNumber(buffer.get(at), random));
      case 2 -> buffer.putShort(at, (short) hostileNumber(buffer.getShort(at), random));
      case 4 -> buffer.putInt(at, (int) hostileNumber(buffer.getInt(at), random));
      default -> buffer.putLong(at, hostileNumber(buffer.getLong(at), random));
    }
    return copy;
  }
}
