package io.eplb.core.format.load;

import io.eplb.api.wording.Counted;
import io.eplb.api.wording.OneLine;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.document.NumberRule;
import io.eplb.core.format.document.TokenInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One rank's statistics in the safetensors format: eight bytes of header length, a JSON header that
 * gives every tensor its type, shape and place, then the data. Only one-dimensional tensors of a
 * known length are read.
 */
final class TensorFile {
  private static final int PREAMBLE = 8;
  private static final NumberRule OFFSET =
      NumberRule.integer("an offset", 0, Integer.MAX_VALUE - 8);
  private static final NumberRule LENGTH = NumberRule.integer("a length", 0, Integer.MAX_VALUE - 8);

  private final InputSource source;
  private final int length;
  private final ByteBuffer data;
  private final Map<String, double[]> tensors = new LinkedHashMap<>();

  /** The bytes of the tensors so far. */
  private long taken;

  private TensorFile(InputSource source, int length, ByteBuffer data) {
    this.source = source;
    this.length = length;
    this.data = data;
  }

  /**
   * Reads all tensors by name, in the file's order.
   *
   * @param length how many elements each has
   */
  static Map<String, double[]> read(InputSource source, int length) {
    byte[] bytes = source.bytes();
    if (bytes.length < PREAMBLE) {
      throw source.fault("ends within its header: it is truncated");
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long headerLength = buffer.getLong(0);
    if (headerLength < 2 || headerLength > bytes.length - PREAMBLE) {
      throw source.fault(
          "claims a header of %s, but has %s: it is truncated, or no safetensors file"
              .formatted(Counted.of(headerLength, "byte"), bytes.length - PREAMBLE));
    }
    byte[] header = new byte[(int) headerLength];
    buffer.get(PREAMBLE, header);
    ByteBuffer data =
        buffer.position(PREAMBLE + (int) headerLength).slice().order(ByteOrder.LITTLE_ENDIAN);
    TensorFile file = new TensorFile(source, length, data);
    return TokenInput.json(InputSource.of(source.name() + ", header", header), file::header);
  }

  private Map<String, double[]> header(TokenInput input) throws IOException {
    input.requireObject("", "an object of tensors");
    for (String name = input.nextKey(); name != null; name = input.nextKey()) {
      if (name.equals("__metadata__")) {
        input.skip();
      } else {
        double[] tensor = tensor(input, name);
        if (tensors.put(name, tensor) != null) {
          throw source.fault("has the tensor " + OneLine.quote(name) + " twice");
        }
      }
    }
    return tensors;
  }

  private double[] tensor(TokenInput input, String name) throws IOException {
    String pointer = "/" + name;
    input.requireObject(pointer, "a tensor's description");
    String type = "";
    int[] shape = null;
    int[] offsets = null;
    Set<String> found = new HashSet<>();
    for (String key = input.nextKey(); key != null; key = input.nextKey()) {
      switch (key) {
        case "dtype" -> type = input.text(pointer + "/dtype", "a type's name");
        case "shape" -> shape = input.integers(pointer + "/shape", LENGTH);
        case "data_offsets" -> offsets = input.integers(pointer + "/data_offsets", OFFSET);
        default -> {
          input.skip();
          continue;
        }
      }
      input.requireFirst(found.add(key), pointer, key);
    }
    return elements(OneLine.quote(name), type, shape, offsets);
  }

  private double[] elements(
      String name, String type, int @Nullable [] shape, int @Nullable [] offsets) {
    if (shape == null || shape.length != 1 || shape[0] != length) {
      throw source.fault(
          "tensor " + name + " has another shape; expected [" + length + "], one count per expert");
    }
    int width =
        switch (type) {
          case "I32", "F32" -> Integer.BYTES;
          case "I64", "F64" -> Long.BYTES;
          default ->
              throw source.fault(
                  "tensor %s has elements of type %s; expected I32, I64, F32 or F64"
                      .formatted(name, OneLine.quote(type)));
        };
    if (offsets == null
        || offsets.length != 2
        || offsets[1] > data.capacity()
        || offsets[1] - offsets[0] != length * width) {
      throw source.fault(
          ("tensor %s does not lie within the %s of data with %s: the file is truncated or"
                  + " damaged")
              .formatted(
                  name,
                  Counted.of(data.capacity(), "byte"),
                  Counted.of((long) length * width, "byte")));
    }
    taken += (long) length * width;
    if (taken > data.capacity()) {
      throw source.fault(
          "has tensors that share data: together they claim more than the %s it has"
              .formatted(Counted.of(data.capacity(), "byte")));
    }
    double[] elements = new double[length];
    for (int i = 0; i < length; i++) {
      int at = offsets[0] + i * width;
      elements[i] =
          switch (type) {
            case "I32" -> data.getInt(at);
            case "F32" -> data.getFloat(at);
            case "I64" -> data.getLong(at);
            default -> data.getDouble(at);
          };
      if (!(elements[i] >= 0.0 && elements[i] <= Double.MAX_VALUE)) {
        throw source.fault(
            "tensor %s, expert %s is %s; expected %s"
                .formatted(name, i, elements[i], NumberRule.LOAD.description()));
      }
    }
    return elements;
  }
}
