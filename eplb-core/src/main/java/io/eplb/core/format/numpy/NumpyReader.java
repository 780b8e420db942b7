package io.eplb.core.format.numpy;

import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.Counted;
import io.eplb.core.format.ArrayForm;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.NumberArray;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Function;

/** Reads one NPY array from a file or from an entry of an archive. */
public final class NumpyReader {
  private static final int PREAMBLE = 10;
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final ArrayForm ANY_FORM = new ArrayForm(0, Integer.MAX_VALUE, "an array");
  private static final int LONGEST_HEADER = 1 << 16;

  private final ArrayForm form;
  private final NumpyKinds kinds;
  private final Function<String, InvalidInputException> fault;

  NumpyReader(ArrayForm form, NumpyKinds kinds, Function<String, InvalidInputException> fault) {
    this.form = form;
    this.kinds = kinds;
    this.fault = fault;
  }

  /**
   * Reads a file.
   *
   * @param form the dimensions expected
   * @param kinds the element types expected
   * @throws InvalidInputException if it cannot be read or is not such an array: the message names
   *     the content of the header and the array expected
   */
  public static NumberArray read(InputSource source, ArrayForm form, NumpyKinds kinds) {
    NumpyReader reader = new NumpyReader(form, kinds, source::fault);
    long size = source.size();
    try {
      return source.read(input -> reader.read(input, size));
    } catch (OutOfMemoryError error) {
      throw source.tooLarge(error);
    }
  }

  /**
   * Returns the number of dimensions that a file's header says.
   *
   * @throws InvalidInputException if it cannot be read or has no such header
   */
  public static int dimensions(InputSource source) {
    NumpyReader reader = new NumpyReader(ANY_FORM, NumpyKinds.NUMBERS, source::fault);
    return source.read(input -> reader.head(input).header().shape.length);
  }

  /**
   * Reads from a stream.
   *
   * @param size how many bytes the stream has
   */
  NumberArray read(InputStream input, long size) throws IOException {
    return elements(input, start(input, size));
  }

  /**
   * A checked header.
   *
   * @param type the element type
   * @param header the header itself
   * @param count the number of elements that follow
   */
  record Start(ElementType type, NumpyHeader header, long count) {}

  /**
   * Reads the file up to its first element, and compares the header with the size of the data.
   *
   * @param size how many bytes the stream has
   */
  Start start(InputStream input, long size) throws IOException {
    Head head = head(input);
    return checked(head.header(), size - head.bytes());
  }

  /** A header, and the bytes up to its end. */
  private record Head(NumpyHeader header, long bytes) {}

  private Head head(InputStream input) throws IOException {
    // Two bytes more than version 1 has: there they stay zero.
    byte[] preamble = new byte[PREAMBLE + 2];
    int read = input.readNBytes(preamble, 0, PREAMBLE);
    if (read < MAGIC.length || !Arrays.equals(preamble, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw fault.apply("is no NumPy file; expected it to start with \\x93NUMPY");
    }
    requireWhole(read, PREAMBLE);
    int major = preamble[6] & 0xff;
    int minor = preamble[7] & 0xff;
    if (major < 1 || major > 3 || minor != 0) {
      throw fault.apply(
          "is of NumPy's format version " + major + "." + minor + "; expected 1.0, 2.0 or 3.0");
    }
    int wider = major == 1 ? 0 : 2;
    requireWhole(input.readNBytes(preamble, PREAMBLE, wider), wider);
    long length =
        Integer.toUnsignedLong(
            ByteBuffer.wrap(preamble).order(ByteOrder.LITTLE_ENDIAN).getInt(PREAMBLE - 2));
    if (length > LONGEST_HEADER) {
      throw fault.apply(
          "claims a header of " + length + " bytes; at most " + LONGEST_HEADER + " are supported");
    }
    byte[] header = input.readNBytes((int) length);
    requireWhole(header.length, length);
    return new Head(header(header), PREAMBLE + wider + length);
  }

  private void requireWhole(int read, long wanted) {
    if (read < wanted) {
      throw fault.apply("ends within its header: it is truncated");
    }
  }

  private NumpyHeader header(byte[] bytes) {
    try {
      return NumpyHeader.parse(bytes);
    } catch (NumpyHeader.Malformed malformed) {
      throw fault.apply("has a header that " + malformed.getMessage());
    }
  }

  private Start checked(NumpyHeader header, long available) {
    ElementType type = kinds.require(header.type, fault);
    if (header.fortranOrder) {
      throw fault.apply("is in Fortran order; expected C order: np.ascontiguousarray makes it so");
    }
    int dimensions = header.shape.length;
    if (dimensions < form.fewestDimensions() || dimensions > form.mostDimensions()) {
      throw fault.apply("has the shape " + header.shapeText() + "; expected " + form.description());
    }
    return new Start(type, header, count(header, type, available));
  }

  private NumberArray elements(InputStream input, Start start) throws IOException {
    if (start.count() > form.mostElements()) {
      throw fault.apply(
          "has %s elements; at most %s are supported"
              .formatted(start.count(), form.mostElements()));
    }
    double[] values = new double[(int) start.count()];
    new NumpyElements(input, start.type(), start.header().byteOrder(), fault)
        .read(values, values.length);
    if (input.read() >= 0) {
      throw fault.apply("goes on after its last element; expected the array alone");
    }
    int[] shape = Arrays.stream(start.header().shape).mapToInt(Math::toIntExact).toArray();
    return new NumberArray(shape, values);
  }

  /** Compares the size that the header gives with the bytes of the file. */
  private long count(NumpyHeader header, ElementType type, long available) {
    long count = 1;
    boolean overflow = false;
    for (long length : header.shape) {
      if (length == 0) {
        throw fault.apply(
            "has the shape %s, no elements; expected %s"
                .formatted(header.shapeText(), form.description()));
      }
      overflow |= count > Long.MAX_VALUE / 8 / length;
      count = overflow ? count : count * length;
    }
    if (overflow || count * type.bytes > available) {
      throw fault.apply(
          "claims the shape %s%s, but has %s of data: it is truncated, or its header is wrong"
              .formatted(
                  header.shapeText(),
                  overflow ? "" : ", " + Counted.of(count * type.bytes, "byte"),
                  Counted.of(Math.max(0, available), "byte")));
    }
    if (count * type.bytes < available) {
      throw fault.apply(
          "has %s of data, but its shape %s needs %s; expected the array alone"
              .formatted(Counted.of(available, "byte"), header.shapeText(), count * type.bytes));
    }
    return count;
  }
}
