package io.eplb.core.format.torch;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A tensor: a view on a storage.
 *
 * @param storage the elements
 * @param offset the index of the first element
 * @param shape the length of every dimension, outermost first
 * @param strides the distance between neighbours in every dimension, in elements
 */
public record TorchTensor(TorchStorage storage, long offset, List<Long> shape, List<Long> strides) {
  /** Returns the number of dimensions. */
  public int dimensions() {
    return shape.size();
  }

  /** Returns the number of elements. */
  public long elements() {
    return shape.stream().mapToLong(Long::longValue).reduce(1L, Math::multiplyExact);
  }

  /** Returns the shape as text: {@code 58 × 256}. */
  public String shapeText() {
    return shape.stream().map(String::valueOf).collect(Collectors.joining(" × "));
  }
}
