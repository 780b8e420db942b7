package io.eplb.core.format.load;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Builds NPY files, right and wrong ones, byte by byte. */
public final class NumpyBytes {
  private NumpyBytes() {}

  /** A version 1.0 file with NumPy's own header for a type and a shape. */
  public static byte[] array(String type, String shape, byte[] data) {
    return file(1, dictionary("'" + type + "'", "False", shape), data);
  }

  public static String dictionary(String type, String fortranOrder, String shape) {
    return "{'descr': "
        + type
        + ", 'fortran_order': "
        + fortranOrder
        + ", 'shape': "
        + shape
        + ", }\n";
  }

  public static byte[] file(int version, String header, byte[] data) {
    ByteBuffer preamble = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    preamble.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
    preamble.put((byte) version).put((byte) 0);
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    if (version == 1) {
      preamble.putShort((short) text.length);
    } else {
      preamble.putInt(text.length);
    }
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.write(preamble.array(), 0, preamble.position());
    file.writeBytes(text);
    file.writeBytes(data);
    return file.toByteArray();
  }

  public static byte[] ints(int... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    Arrays.stream(values).forEach(bytes::putInt);
    return bytes.array();
  }

  public static byte[] longs(long... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    Arrays.stream(values).forEach(bytes::putLong);
    return bytes.array();
  }

  public static byte[] doubles(double... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    Arrays.stream(values).forEach(bytes::putDouble);
    return bytes.array();
  }

  public static byte[] floats(float... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }
}
