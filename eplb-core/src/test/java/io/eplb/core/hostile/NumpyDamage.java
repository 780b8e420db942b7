package io.eplb.core.hostile;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Damage to NumPy's NPY format: to its version, its header, the header's length, and its elements.
 */
final class NumpyDamage implements Damage {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  private static final List<String> SHAPES =
      List.of(
          "()",
          "(1,)",
          "(0, 4)",
          "(2, 0)",
          "(65536, 65536)",
          "(2147483647, 2, 2)",
          "(4294967296, 4294967296)",
          "(999999999999999999, 8)",
          "(-1, 3)",
          "(1e3, 2)",
          "(2.0, 3)",
          "(1048577, 1, 1)",
          "(1, 65537)",
          "(65537, 1)",
          "((2, 3), 4)",
          "(2, 3, 4, 5)",
          "[2, 3]",
          "(2 3)",
          "(٢, ٣)",
          "(1, 1, 24)",
          "(24, 1, 1)",
          "(4, 6)",
          "(6, 4)",
          "(3, 8)",
          "(8, 3)");

  private static final List<String> TYPES =
      List.of(
          "<i4", ">i4", "=i4", "|i1", "|u1", "|b1", "<i8", ">i8", "<u8", "<f2", ">f2", "<f4", "<f8",
          ">f8", "<f16", "<c16", "|O", "<U5", "|S4", "<M8[s]", "<V8", "i4", "", "<", "<i", "<i3");

  static boolean suits(byte[] bytes) {
    return bytes.length > 12 && Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
  }

  @Override
  public byte[] of(byte[] whole, Random random) {
    int start = whole[6] == 1 ? 10 : 12;
    ByteBuffer numbers = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
    int length = whole[6] == 1 ? numbers.getShort(8) & 0xffff : numbers.getInt(8);
    int end = length < 0 || length > whole.length - start ? whole.length : start + length;
    byte[] header = Arrays.copyOfRange(whole, start, end);
    byte[] data = Arrays.copyOfRange(whole, end, whole.length);
    return switch (random.nextInt(8)) {
      case 0 -> with(whole[6], replaced(header, "'shape': ", ", }", pick(SHAPES, random)), data);
      case 1 -> with(whole[6], replaced(header, "'descr': '", "', 'f", pick(TYPES, random)), data);
      case 2 -> with(whole[6], new TextDamage().of(padded(header), random), data);
      case 3 -> with(random.nextInt(5), header, data);
      case 4 ->
          Bytes.withHostileNumber(whole, 8, whole[6] == 1 ? 2 : 4, ByteOrder.LITTLE_ENDIAN, random);
      case 5 -> with(whole[6], header, new BlindDamage(List.of()).of(data, random));
      default ->
          data.length < 8 ? whole : Bytes.joined(Arrays.copyOf(whole, end), element(data, random));
    };
  }

  /** Returns the elements with one that is negative, not finite or great. */
  private static byte[] element(byte[] data, Random random) {
    int width = random.nextBoolean() ? 4 : 8;
    int at = random.nextInt(data.length / width) * width;
    ByteBuffer changed = ByteBuffer.wrap(data.clone()).order(ByteOrder.LITTLE_ENDIAN);
    float number =
        List.of(-1f, Float.NaN, Float.POSITIVE_INFINITY, Float.MAX_VALUE, -0f, 0.5f)
            .get(random.nextInt(6));
    if (width == 4) {
      changed.putFloat(at, number);
    } else {
      changed.putDouble(at, number == Float.MAX_VALUE ? Double.MAX_VALUE : number);
    }
    return changed.array();
  }

  private static byte[] padded(byte[] header) {
    return header.length == 0 ? new byte[] {' '} : header;
  }

  private static String pick(List<String> texts, Random random) {
    return texts.get(random.nextInt(texts.size()));
  }

  private static byte[] replaced(byte[] header, String before, String after, String text) {
    String present = new String(header, StandardCharsets.ISO_8859_1);
    int from = present.indexOf(before);
    int to = from < 0 ? -1 : present.indexOf(after, from + before.length());
    return to < 0
        ? header
        : (present.substring(0, from + before.length()) + text + present.substring(to))
            .getBytes(StandardCharsets.UTF_8);
  }

  /** Returns a file with a header whose length is right. */
  private static byte[] with(int version, byte[] header, byte[] data) {
    ByteBuffer start = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN).put(MAGIC);
    start.put((byte) version).put((byte) 0);
    if (version == 1) {
      start.putShort((short) header.length);
    } else {
      start.putInt(header.length);
    }
    return Bytes.joined(Arrays.copyOf(start.array(), start.position()), header, data);
  }
}
