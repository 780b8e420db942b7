package io.eplb.cli.arguments;

import io.eplb.api.InvalidInputException;
import io.eplb.core.load.Weighting;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options for the estimate of the next window from the windows so far. */
public final class EstimatorArguments {
  private static final double DEFAULT_ALPHA = 0.25;

  /** The kinds of weighting. */
  public enum Estimator {
    LAST,
    MEAN,
    EMA;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Option(
      names = "--estimator",
      paramLabel = "last|mean|ema",
      converter = EstimatorConverter.class,
      description =
          "Plan from the last window, the mean of all so far, or their exponential moving average"
              + " (default: last).")
  private @Nullable Estimator estimator;

  @Option(
      names = "--alpha",
      paramLabel = "X",
      converter = DecimalNumber.Fraction.class,
      description =
          "The newest window's weight in the moving average; above 0, at most 1 (default: 0.25).")
  private @Nullable Double alpha;

  public Estimator estimator() {
    return estimator == null ? Estimator.LAST : estimator;
  }

  /** Returns whether an estimator was named. */
  boolean given() {
    return estimator != null;
  }

  /** Returns the newest window's weight; null unless a moving average is taken. */
  public @Nullable Double alpha() {
    if (alpha != null && estimator != Estimator.EMA) {
      throw new InvalidInputException(
          "--alpha has no meaning with --estimator " + estimator() + "; give --estimator ema");
    }
    return alpha == null && estimator == Estimator.EMA ? Double.valueOf(DEFAULT_ALPHA) : alpha;
  }

  public Weighting weighting() {
    Double newest = alpha();
    if (newest != null) {
      return Weighting.exponential(newest);
    }
    return estimator == Estimator.MEAN ? Weighting.mean() : Weighting.last();
  }

  private static final class EstimatorConverter implements ITypeConverter<Estimator> {
    @Override
    public Estimator convert(String text) {
      for (Estimator estimator : Estimator.values()) {
        if (estimator.toString().equals(text)) {
          return estimator;
        }
      }
      throw new TypeConversionException("'" + text + "' is none of last, mean, ema");
    }
  }
}
