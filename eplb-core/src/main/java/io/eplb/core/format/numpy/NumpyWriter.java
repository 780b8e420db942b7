package io.eplb.core.format.numpy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes NPY arrays of 32-bit integers, format version 1.0. */
public final class NumpyWriter {
  private static final int PREAMBLE = 10;
  private static final int ALIGNMENT = 64;

  private NumpyWriter() {}

  /** Writes the header of a C-ordered array; the elements must follow. */
  public static void writeHeader(OutputStream output, int... shape) throws IOException {
    StringBuilder header = new StringBuilder("{'descr': '<i4', 'fortran_order': False, 'shape': (");
    for (int length : shape) {
      header.append(length).append(", ");
    }
    header.append("), }");
    // NumPy pads with blanks up to a line feed, so that the elements start aligned.
    while ((PREAMBLE + header.length() + 1) % ALIGNMENT != 0) {
      header.append(' ');
    }
    header.append('\n');
    output.write(0x93);
    output.write("NUMPY".getBytes(StandardCharsets.US_ASCII));
    output.write(new byte[] {1, 0, (byte) header.length(), (byte) (header.length() >> 8)});
    output.write(header.toString().getBytes(StandardCharsets.US_ASCII));
  }

  /** Writes the next elements. */
  public static void writeElements(OutputStream output, int[] elements) throws IOException {
    byte[] bytes = new byte[elements.length * Integer.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().put(elements);
    output.write(bytes);
  }
}
