package io.eplb.core.format.numpy;

import io.eplb.api.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Function;

/** The elements that follow a header, read from first to last, a chunk at a time. */
final class NumpyElements {
  private final InputStream input;
  private final ElementType type;
  private final Function<String, InvalidInputException> fault;
  private final ByteBuffer chunk;
  private final ElementType.Scratch scratch;

  NumpyElements(
      InputStream input,
      ElementType type,
      ByteOrder order,
      Function<String, InvalidInputException> fault) {
    this.input = input;
    this.type = type;
    this.fault = fault;
    this.chunk = ByteBuffer.wrap(new byte[ElementType.CHUNK * type.bytes]).order(order);
    this.scratch = new ElementType.Scratch(type);
  }

  /** Reads the next elements into {@code [0, count)}. */
  void read(double[] destination, int count) throws IOException {
    for (int from = 0; from < count; from += ElementType.CHUNK) {
      int elements = Math.min(ElementType.CHUNK, count - from);
      int bytes = elements * type.bytes;
      if (input.readNBytes(chunk.array(), 0, bytes) < bytes) {
        throw fault.apply("ends before its last element: it is truncated");
      }
      type.convert(chunk, scratch, destination, from, elements);
    }
  }
}
