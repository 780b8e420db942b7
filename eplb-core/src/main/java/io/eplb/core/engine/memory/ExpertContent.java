package io.eplb.core.engine.memory;

import java.nio.LongBuffer;

/**
 * Content in place of the weights of experts: every 64-bit word follows from layer, expert and
 * position, so that a reader knows the right content. Kernel: trusts its arguments.
 */
public final class ExpertContent {
  /** The fractional part of the golden ratio, as in SplitMix64 (Steele, Lea, Flood 2014). */
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  /** Odd, so that a difference in one word changes the sum, and one in the order does too. */
  private static final long FACTOR = 0x5851F42D4C957F2DL;

  private ExpertContent() {}

  private static long word(int layer, int expert, int index) {
    long word = mixed(((long) layer << Integer.SIZE | expert) + GOLDEN) + index * GOLDEN;
    return mixed(word);
  }

  private static long mixed(long value) {
    long word = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    word = (word ^ (word >>> 27)) * 0x94D049BB133111EBL;
    return word ^ (word >>> 31);
  }

  /** Writes an expert's words {@code [from, from + words)} of the memory. */
  public static void write(int layer, int expert, LongBuffer memory, int from, int words) {
    for (int index = 0; index < words; index++) {
      memory.put(from + index, word(layer, expert, index));
    }
  }

  /** Returns the checksum of the words {@code [from, from + words)} of the memory. */
  public static long checksum(LongBuffer memory, int from, int words) {
    long sum = 0;
    for (int index = 0; index < words; index++) {
      sum = sum * FACTOR + memory.get(from + index);
    }
    return sum;
  }

  /** Returns the checksum of an expert's weights. */
  public static long checksum(int layer, int expert, int words) {
    long sum = 0;
    for (int index = 0; index < words; index++) {
      sum = sum * FACTOR + word(layer, expert, index);
    }
    return sum;
  }
}
