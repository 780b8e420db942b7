package io.eplb.core.hostile;

import java.util.List;
import java.util.Random;

/**
 * A way to damage the bytes of a file. Equal bytes and an equal state of chance give equal bytes.
 */
interface Damage {
  /** The greatest file that damage makes of a small one. */
  int LONGEST = 1 << 16;

  /**
   * Returns damaged bytes; the whole ones stay as they are.
   *
   * @param whole perhaps damaged already
   */
  byte[] of(byte[] whole, Random random);

  /** Returns bytes with one to four damages that suit what they are. */
  static byte[] several(byte[] whole, List<byte[]> others, Random random) {
    byte[] damaged = whole;
    for (int left = 1 + random.nextInt(random.nextInt(4) + 1); left > 0; left--) {
      damaged = damage(damaged, others, random).of(damaged, random);
    }
    return damaged.length <= LONGEST ? damaged : java.util.Arrays.copyOf(damaged, LONGEST);
  }

  private static Damage damage(byte[] bytes, List<byte[]> others, Random random) {
    Damage blind = new BlindDamage(others);
    if (random.nextInt(5) == 0) {
      return blind;
    }
    return structured(bytes, blind);
  }

  /** Returns the damage that knows the structure of these bytes; the given one if none does. */
  static Damage structured(byte[] bytes, Damage otherwise) {
    if (ArchiveDamage.suits(bytes)) {
      return new ArchiveDamage();
    }
    if (NumpyDamage.suits(bytes)) {
      return new NumpyDamage();
    }
    if (PickleDamage.suits(bytes)) {
      return new PickleDamage();
    }
    if (TensorDamage.suits(bytes)) {
      return new TensorDamage();
    }
    return TextDamage.suits(bytes) ? new TextDamage() : otherwise;
  }
}
