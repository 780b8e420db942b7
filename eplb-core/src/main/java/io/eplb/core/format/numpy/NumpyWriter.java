package io.eplb.core.format.numpy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Writes NPY arrays in C order, format version 1.0. An array without a shape is a single value. */
public final class NumpyWriter {
  private static final int PREAMBLE = 10;
  private static final int ALIGNMENT = 64;

  private NumpyWriter() {}

  /** Writes the header of an array of 32-bit integers; the elements must follow. */
  public static void writeHeader(OutputStream output, int... shape) throws IOException {
    output.write(header("<i4", shape));
  }

  /** Writes the next elements of an array of 32-bit integers. */
  public static void writeElements(OutputStream output, int[] elements) throws IOException {
    byte[] bytes = new byte[elements.length * Integer.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().put(elements);
    output.write(bytes);
  }

  /** Returns an array of 64-bit integers. */
  public static byte[] int64(int[] elements, int... shape) {
    int bytes = Math.multiplyExact(elements.length, Long.BYTES);
    byte[] array = array("<i8", bytes, shape);
    LongBuffer longs = elements(array, bytes).asLongBuffer();
    for (int element : elements) {
      longs.put(element);
    }
    return array;
  }

  /** Returns a 64-bit integer. */
  public static byte[] int64(long value) {
    byte[] array = array("<i8", Long.BYTES);
    elements(array, Long.BYTES).putLong(value);
    return array;
  }

  /** Returns a 64-bit floating-point number. */
  public static byte[] float64(double value) {
    byte[] array = array("<f8", Double.BYTES);
    elements(array, Double.BYTES).putDouble(value);
    return array;
  }

  /** Returns a truth value. */
  public static byte[] bool(boolean value) {
    byte[] array = array("|b1", 1);
    elements(array, 1).put((byte) (value ? 1 : 0));
    return array;
  }

  /** Returns a text. */
  public static byte[] text(String value) {
    return texts(List.of(value), new int[0]);
  }

  /** Returns an array of texts of one dimension; NumPy pads each to the longest with zeros. */
  public static byte[] texts(List<String> values) {
    return texts(values, new int[] {values.size()});
  }

  private static byte[] texts(List<String> values, int[] shape) {
    int width = 1;
    for (String value : values) {
      width = Math.max(width, value.codePointCount(0, value.length()));
    }
    int bytes = Math.multiplyExact(values.size() * Integer.BYTES, width);
    byte[] array = array("<U" + width, bytes, shape);
    IntBuffer characters = elements(array, bytes).asIntBuffer();
    for (int i = 0; i < values.size(); i++) {
      characters.position(i * width).put(values.get(i).codePoints().toArray());
    }
    return array;
  }

  /** Returns a header and room for the elements, all zero. */
  private static byte[] array(String type, int bytes, int... shape) {
    byte[] header = header(type, shape);
    return Arrays.copyOf(header, Math.addExact(header.length, bytes));
  }

  /** Returns the room for the elements, the last bytes of an array. */
  private static ByteBuffer elements(byte[] array, int bytes) {
    return ByteBuffer.wrap(array).order(ByteOrder.LITTLE_ENDIAN).position(array.length - bytes);
  }

  private static byte[] header(String type, int... shape) {
    StringBuilder header = new StringBuilder("{'descr': '");
    header.append(type).append("', 'fortran_order': False, 'shape': (");
    for (int length : shape) {
      header.append(length).append(", ");
    }
    header.append("), }");
    // NumPy pads with blanks up to a line feed, so that the elements start aligned.
    while ((PREAMBLE + header.length() + 1) % ALIGNMENT != 0) {
      header.append(' ');
    }
    header.append('\n');
    byte[] bytes = new byte[PREAMBLE + header.length()];
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put((byte) 0x93)
        .put("NUMPY".getBytes(StandardCharsets.US_ASCII))
        .put(new byte[] {1, 0})
        .putShort((short) header.length())
        .put(header.toString().getBytes(StandardCharsets.US_ASCII));
    return bytes;
  }
}
