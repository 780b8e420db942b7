package io.eplb.core.format.numpy;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The element types that are read, all little-endian. */
enum ElementType {
  BOOLEAN("b1", 1),
  INT8("i1", 1),
  INT32("i4", 4),
  INT64("i8", 8),
  UINT8("u1", 1),
  UINT16("u2", 2),
  UINT32("u4", 4),
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
   * @param chunk little-endian, from position 0 on
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
      case UINT16 -> {
        short[] shorts = scratch.shorts;
        chunk.asShortBuffer().get(shorts, 0, count);
        for (int i = 0; i < count; i++) {
          destination[from + i] = shorts[i] & 0xffff;
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
      case INT64 -> {
        long[] longs = scratch.longs;
        chunk.asLongBuffer().get(longs, 0, count);
        for (int i = 0; i < count; i++) {
          destination[from + i] = longs[i];
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

  /** Room for one chunk of the type that is read. */
  static final class Scratch {
    final byte[] bytes;
    final short[] shorts;
    final int[] ints;
    final long[] longs;
    final float[] floats;

    Scratch(ElementType type) {
      bytes = new byte[type.bytes == 1 ? CHUNK : 0];
      shorts = new short[type == UINT16 ? CHUNK : 0];
      ints = new int[type == INT32 || type == UINT32 ? CHUNK : 0];
      longs = new long[type == INT64 ? CHUNK : 0];
      floats = new float[type == FLOAT32 ? CHUNK : 0];
    }
  }
}
