package io.eplb.core.format.numpy;

import io.eplb.core.format.HalfPrecision;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The element types that are read. */
enum ElementType {
  BOOLEAN("b1", 1),
  INT8("i1", 1),
  INT16("i2", 2),
  INT32("i4", 4),
  INT64("i8", 8),
  UINT8("u1", 1),
  UINT16("u2", 2),
  UINT32("u4", 4),
  UINT64("u8", 8),
  FLOAT16("f2", 2),
  FLOAT32("f4", 4),
  FLOAT64("f8", 8);

  /** Elements converted at a time. */
  static final int CHUNK = 1 << 13;

  final String code;
  final int bytes;

  ElementType(String code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** Finds the type of a dtype string without its byte order; null if it is not read. */
  static @Nullable ElementType of(String code) {
    for (ElementType type : values()) {
      if (type.code.equals(code)) {
        return type;
      }
    }
    return null;
  }

  /**
   * Converts elements to doubles; 64-bit integers beyond 2^53 are rounded.
   *
   * @param chunk from position 0 on, in its own byte order
   * @param scratch {@link #CHUNK} elements, overwritten
   * @param destination filled in {@code [from, from + count)}
   * @param count at most {@link #CHUNK}
   */
  void convert(ByteBuffer chunk, Scratch scratch, double[] destination, int from, int count) {
    // Bulk copies into a primitive array first: they run at full speed even in a cold JVM.
    switch (this) {
      case BOOLEAN, INT8, UINT8 -> {
        int mask = this == UINT8 ? 0xff : -1;
        byte[] bytes = scratch.bytes;
        chunk.get(0, bytes, 0, count);
        for (int i = 0; i < count; i++) {
          destination[from + i] = bytes[i] & mask;
        }
      }
      case INT16, UINT16, FLOAT16 -> {
        short[] shorts = scratch.shorts;
        chunk.asShortBuffer().get(shorts, 0, count);
        if (this == FLOAT16) {
          for (int i = 0; i < count; i++) {
            destination[from + i] = HalfPrecision.toDouble(shorts[i]) + 0.0;
          }
        } else {
          int mask = this == UINT16 ? 0xffff : -1;
          for (int i = 0; i < count; i++) {
            destination[from + i] = shorts[i] & mask;
          }
        }
      }
      case INT32, UINT32 -> {
        int[] ints = scratch.ints;
        chunk.asIntBuffer().get(ints, 0, count);
        long mask = this == UINT32 ? 0xffffffffL : -1L;
        for (int i = 0; i < count; i++) {
          destination[from + i] = ints[i] & mask;
        }
      }
      case INT64, UINT64 -> {
        long[] longs = scratch.longs;
        chunk.asLongBuffer().get(longs, 0, count);
        for (int i = 0; i < count; i++) {
          long value = longs[i];
          destination[from + i] = value < 0 && this == UINT64 ? unsigned(value) : value;
        }
      }
      case FLOAT32 -> {
        float[] floats = scratch.floats;
        chunk.asFloatBuffer().get(floats, 0, count);
        for (int i = 0; i < count; i++) {
          destination[from + i] = floats[i] + 0.0;
        }
      }
      case FLOAT64 -> {
        chunk.asDoubleBuffer().get(destination, from, count);
        for (int i = 0; i < count; i++) {
          destination[from + i] += 0.0;
        }
      }
    }
  }

  /** Returns an integer of 2^63 or more; the lowest bit stands for those lost by halving. */
  private static double unsigned(long value) {
    return ((value >>> 1) | (value & 1)) * 2.0;
  }

  /** Room for one chunk of the type that is read. */
  static final class Scratch {
    final byte[] bytes;
    final short[] shorts;
    final int[] ints;
    final long[] longs;
    final float[] floats;

    Scratch(ElementType type) {
      bytes = new byte[type.bytes == 1 ? CHUNK : 0];
      shorts = new short[type.bytes == 2 ? CHUNK : 0];
      ints = new int[type == INT32 || type == UINT32 ? CHUNK : 0];
      longs = new long[type == INT64 || type == UINT64 ? CHUNK : 0];
      floats = new float[type == FLOAT32 ? CHUNK : 0];
    }
  }
}
