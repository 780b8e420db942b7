package io.eplb.core.hostile;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Damage to the safetensors format: to its JSON header, the header's length, and its data. */
final class TensorDamage implements Damage {
  private static final int PREAMBLE = 8;

  static boolean suits(byte[] bytes) {
    if (bytes.length <= PREAMBLE + 2 || bytes[PREAMBLE] != '{') {
      return false;
    }
    long length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    return length > 0 && length <= bytes.length - PREAMBLE;
  }

  @Override
  public byte[] of(byte[] whole, Random random) {
    int end = PREAMBLE + (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong();
    byte[] header = Arrays.copyOfRange(whole, PREAMBLE, end);
    byte[] data = Arrays.copyOfRange(whole, end, whole.length);
    return switch (random.nextInt(5)) {
      case 0 -> Bytes.withHostileNumber(whole, 0, 8, ByteOrder.LITTLE_ENDIAN, random);
      case 1 -> with(header, new BlindDamage(List.of()).of(data, random));
      default -> with(new TextDamage().of(header, random), data);
    };
  }

  private static byte[] with(byte[] header, byte[] data) {
    ByteBuffer length = ByteBuffer.allocate(PREAMBLE).order(ByteOrder.LITTLE_ENDIAN);
    return Bytes.joined(length.putLong(header.length).array(), header, data);
  }
}
