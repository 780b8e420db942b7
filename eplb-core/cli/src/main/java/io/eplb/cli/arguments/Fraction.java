package io.eplb.cli.arguments;

import io.eplb.api.wording.TypedNumber;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a smoothing factor: above 0, at most 1. */
final class Fraction implements ITypeConverter<Double> {
  @Override
  public Double convert(String text) {
    return TypedNumber.decimal(text).stream()
        .filter(value -> value > 0.0 && value <= 1.0)
        .boxed()
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'" + text + "' is not a number above 0 and at most 1"));
  }
}
