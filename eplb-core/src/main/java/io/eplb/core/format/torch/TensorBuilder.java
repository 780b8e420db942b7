package io.eplb.core.format.torch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/** Builds tensors and dictionaries, and allows nothing else. */
final class TensorBuilder implements PickleBuilder {
  private static final PickleGlobal ORDERED_DICTIONARY =
      new PickleGlobal("collections", "OrderedDict");
  private static final PickleGlobal TENSOR = new PickleGlobal("torch._utils", "_rebuild_tensor_v2");
  private static final int MOST_DIMENSIONS = 8;

  /** Beyond every storage, and far from an overflow. */
  private static final long FARTHEST = 1L << 61;

  @Override
  public boolean allows(PickleGlobal global) {
    return global.equals(ORDERED_DICTIONARY)
        || global.equals(TENSOR)
        || StorageType.of(global) != null;
  }

  @Override
  public Object call(PickleGlobal global, List<?> arguments) throws MalformedPickleException {
    if (global.equals(ORDERED_DICTIONARY) && arguments.isEmpty()) {
      return new LinkedHashMap<>();
    }
    if (global.equals(TENSOR)
        && arguments.size() >= 4
        && arguments.get(0) instanceof TorchStorage storage
        && arguments.get(1) instanceof Long offset
        && arguments.get(2) instanceof List<?> shape
        && arguments.get(3) instanceof List<?> strides) {
      return checked(new TorchTensor(storage, offset, numbers(shape), numbers(strides)));
    }
    throw new MalformedPickleException("is damaged: it calls " + global + " with other arguments");
  }

  private static List<Long> numbers(List<?> values) throws MalformedPickleException {
    List<Long> numbers = new ArrayList<>();
    for (Object value : values) {
      if (!(value instanceof Long number) || number < 0 || number > Integer.MAX_VALUE) {
        throw new MalformedPickleException(
            "is damaged: the shape of a tensor has the length or stride " + TorchFile.kind(value));
      }
      numbers.add(number);
    }
    return List.copyOf(numbers);
  }

  private static TorchTensor checked(TorchTensor tensor) throws MalformedPickleException {
    if (tensor.dimensions() > MOST_DIMENSIONS
        || tensor.shape().size() != tensor.strides().size()
        || tensor.offset() < 0) {
      throw new MalformedPickleException(
          "is damaged: a tensor of %s has %s strides and begins at %s"
              .formatted(tensor.shapeText(), tensor.strides().size(), tensor.offset()));
    }
    long elements = 1;
    long last = tensor.offset();
    for (int dimension = 0; dimension < tensor.dimensions(); dimension++) {
      long length = tensor.shape().get(dimension);
      elements = elements > Integer.MAX_VALUE ? elements : elements * length;
      last += Math.max(0, length - 1) * tensor.strides().get(dimension);
      last = Math.min(last, FARTHEST);
    }
    if (elements > 0
        && (elements > tensor.storage().elements() || last >= tensor.storage().elements())) {
      throw new MalformedPickleException(
          "has a tensor of %s that reaches beyond its storage of %s elements: it is damaged"
              .formatted(tensor.shapeText(), tensor.storage().elements()));
    }
    return tensor;
  }

  /** Reads {@code ('storage', class, key, device, elements)}, perhaps with a view behind. */
  @Override
  public Object external(Object id) throws MalformedPickleException {
    if (id instanceof List<?> parts
        && parts.size() >= 5
        && parts.get(0).equals("storage")
        && parts.get(1) instanceof PickleGlobal global
        && parts.get(2) instanceof String key
        && parts.get(4) instanceof Long elements
        && (parts.size() == 5 || parts.get(5) == PickleReader.NONE)) {
      StorageType type = StorageType.of(global);
      if (type != null && (elements < 0 || elements > Integer.MAX_VALUE / type.bytes)) {
        throw new MalformedPickleException(
            "is damaged: it names a storage of " + elements + " elements");
      }
      if (type != null) {
        return new TorchStorage(key, type, elements);
      }
    }
    throw new MalformedPickleException("is damaged: it names a storage in another form");
  }
}
