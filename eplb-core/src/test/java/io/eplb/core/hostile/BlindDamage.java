package io.eplb.core.hostile;

import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Damage to bytes of which nothing is known: bits, numbers and ranges. */
final class BlindDamage implements Damage {
  private static final int LONGEST_RANGE = 24;
  private final List<byte[]> others;

  /**
   * Creates a damage.
   *
   * @param others the files of which a part may come in
   */
  BlindDamage(List<byte[]> others) {
    this.others = others;
  }

  @Override
  public byte[] of(byte[] whole, Random random) {
    if (whole.length < 2) {
      byte[] some = new byte[random.nextInt(8)];
      random.nextBytes(some);
      return some;
    }
    int from = random.nextInt(whole.length);
    int to = from + 1 + random.nextInt(Math.min(LONGEST_RANGE, whole.length - from));
    byte[] range = Arrays.copyOfRange(whole, from, to);
    return switch (random.nextInt(9)) {
      case 0 -> flipped(whole, from, random);
      case 1 -> Arrays.copyOf(whole, from);
      case 2 -> Bytes.replaced(whole, from, to, new byte[0]);
      case 3 -> Bytes.replaced(whole, from, from, repeated(range, random));
      case 4 -> {
        byte[] noise = new byte[random.nextInt(range.length) + 1];
        random.nextBytes(noise);
        yield Bytes.replaced(whole, from, random.nextBoolean() ? to : from, noise);
      }
      case 5 -> {
        Arrays.fill(range, (byte) (random.nextBoolean() ? 0xff : 0));
        yield Bytes.replaced(whole, from, to, range);
      }
      case 6 -> moved(whole, from, to, random);
      case 7 -> spliced(whole, from, random);
      default -> withNumber(whole, from, random);
    };
  }

  private static byte[] flipped(byte[] whole, int at, Random random) {
    byte[] copy = whole.clone();
    copy[at] ^= (byte) (1 << random.nextInt(8));
    return copy;
  }

  private static byte[] repeated(byte[] range, Random random) {
    int times = random.nextInt(20) == 0 ? LONGEST / range.length : 1 + random.nextInt(4);
    byte[] all = new byte[range.length * times];
    for (int at = 0; at < all.length; at += range.length) {
      System.arraycopy(range, 0, all, at, range.length);
    }
    return all;
  }

  private static byte[] moved(byte[] whole, int from, int to, Random random) {
    byte[] without = Bytes.replaced(whole, from, to, new byte[0]);
    int at = random.nextInt(without.length + 1);
    return Bytes.replaced(without, at, at, Arrays.copyOfRange(whole, from, to));
  }

  private byte[] spliced(byte[] whole, int from, Random random) {
    byte[] other = others.isEmpty() ? whole : others.get(random.nextInt(others.size()));
    int start = random.nextBoolean() ? from : random.nextInt(other.length + 1);
    byte[] rest = Arrays.copyOfRange(other, Math.min(start, other.length), other.length);
    return Bytes.joined(Arrays.copyOf(whole, from), rest);
  }

  private static byte[] withNumber(byte[] whole, int from, Random random) {
    int width = 1 << random.nextInt(4);
    if (whole.length < width) {
      return whole;
    }
    // Numbers are at the beginning or the end of most formats, and aligned in some.
    int at =
        switch (random.nextInt(4)) {
          case 0 -> random.nextInt(Math.min(whole.length, 32));
          case 1 -> whole.length - 1 - random.nextInt(Math.min(whole.length, 64));
          case 2 -> from / width * width;
          default -> from;
        };
    ByteOrder order = random.nextInt(3) == 0 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    return Bytes.withHostileNumber(whole, Math.min(at, whole.length - width), width, order, random);
  }
}
