package io.eplb.core.format.numpy;

import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.OneLine;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A set of element types that a reader accepts. Immutable. */
public final class NumpyKinds {
  /** Measured loads: integers and floating-point numbers. */
  public static final NumpyKinds LOADS =
      new NumpyKinds(
          ElementType.INT32,
          ElementType.INT64,
          ElementType.UINT8,
          ElementType.UINT16,
          ElementType.UINT32,
          ElementType.FLOAT32,
          ElementType.FLOAT64);

  /** Zeros and ones: integers and truth values. */
  public static final NumpyKinds FLAGS =
      new NumpyKinds(
          ElementType.BOOLEAN,
          ElementType.INT8,
          ElementType.UINT8,
          ElementType.INT32,
          ElementType.INT64);

  /** The whole numbers that NumPy has, in either byte order. */
  public static final NumpyKinds INTEGERS =
      new NumpyKinds(
          true,
          ElementType.INT8,
          ElementType.INT16,
          ElementType.INT32,
          ElementType.INT64,
          ElementType.UINT8,
          ElementType.UINT16,
          ElementType.UINT32,
          ElementType.UINT64);

  /** The numbers that NumPy has and a double holds, in either byte order. */
  public static final NumpyKinds NUMBERS =
      new NumpyKinds(
          true,
          Stream.concat(
                  INTEGERS.types.stream(),
                  Stream.of(ElementType.FLOAT16, ElementType.FLOAT32, ElementType.FLOAT64))
              .toArray(ElementType[]::new));

  private final boolean eitherOrder;
  private final List<ElementType> types;

  private NumpyKinds(ElementType... types) {
    this(false, types);
  }

  private NumpyKinds(boolean eitherOrder, ElementType... types) {
    this.eitherOrder = eitherOrder;
    this.types = List.of(types);
  }

  ElementType require(String written, Function<String, InvalidInputException> fault) {
    char order = written.isEmpty() ? ' ' : written.charAt(0);
    ElementType type = written.isEmpty() ? null : ElementType.of(written.substring(1));
    if (type == null || !types.contains(type)) {
      throw fault.apply(
          "has elements of type %s%s; expected one of %s"
              .formatted(
                  OneLine.quote(written),
                  written.endsWith("O") ? " (Python objects)" : "",
                  codes()));
    }
    if (type.bytes > 1 && order == '>' && !eitherOrder) {
      throw fault.apply(
          "is big-endian (%s); expected little-endian, %s"
              .formatted(OneLine.quote(written), OneLine.quote("<" + type.code)));
    }
    if (order != '<' && order != '>' && !(type.bytes == 1 && order == '|')) {
      throw fault.apply(
          "has elements of type " + OneLine.quote(written) + "; expected one of " + codes());
    }
    return type;
  }

  private String codes() {
    return types.stream()
        .map(type -> (type.bytes == 1 ? "|" : "<") + type.code)
        .collect(Collectors.joining(", "));
  }
}
