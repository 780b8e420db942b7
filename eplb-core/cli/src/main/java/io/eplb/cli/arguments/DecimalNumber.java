package io.eplb.cli.arguments;

import io.eplb.api.wording.TypedNumber;
import java.util.function.DoublePredicate;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The syntax of a number within bounds; an error names the bounds. */
public abstract class DecimalNumber implements ITypeConverter<Double> {
  private final DoublePredicate allowed;
  private final String bounds;

  private DecimalNumber(DoublePredicate allowed, String bounds) {
    this.allowed = allowed;
    this.bounds = bounds;
  }

  @Override
  public Double convert(String text) {
    return TypedNumber.decimal(text).stream()
        .filter(allowed)
        .boxed()
        .findFirst()
        .orElseThrow(() -> new TypeConversionException("'" + text + "' is not a number " + bounds));
  }

  /** The weight of the newest window in a moving average. */
  public static final class Fraction extends DecimalNumber {
    Fraction() {
      super(value -> value > 0.0 && value <= 1.0, "above 0 and at most 1");
    }
  }

  /** A speed in 10⁹ bits per second. */
  public static final class Gigabits extends DecimalNumber {
    Gigabits() {
      super(value -> value >= 1e-6 && value <= 1e6, "from 0.000001 to 1000000");
    }
  }
}
