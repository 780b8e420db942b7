package io.eplb.cli.arguments;

import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.TypedNumber;
import io.eplb.cli.reports.StepMeasure;
import io.eplb.cli.reports.StepSetting;
import io.eplb.core.load.Weighting;
import io.eplb.core.simulation.StepTimeModel;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options for a recording of single steps. */
public final class StepArguments {
  @Option(
      names = "--steps-per-window",
      paramLabel = "N",
      defaultValue = "1",
      converter = WholeNumber.Steps.class,
      description =
          "Add N windows of the trace up to one, as for a recording of single steps, and score each"
              + " step as well; what is left over at its end is left out (default:"
              + " ${DEFAULT-VALUE}).")
  private int perWindow = 1;

  @Option(
      names = "--plan-from-steps",
      paramLabel = "N",
      converter = WholeNumber.PlannedSteps.class,
      description =
          "Plan from the last N single steps, a window each, instead of --estimator's windows.")
  private @Nullable Integer planFrom;

  @Option(
      names = "--measure",
      paramLabel = "tokens|activated",
      converter = Measures.class,
      description =
          "Score single steps by the tokens of the hottest rank, or also by the experts that the"
              + " busiest rank reads.")
  private @Nullable StepMeasure measure;

  @Option(
      names = "--step-time",
      paramLabel = "FIXED,PER_TOKEN,PER_EXPERT",
      converter = Times.class,
      description =
          "Predict the time of single steps: microseconds that a rank spends on a layer whatever its"
              + " load, for each token, and for each expert that it reads.")
  private @Nullable StepTimeModel time;

  /** Returns the number of steps in a window. */
  public int perWindow() {
    return perWindow;
  }

  /** Returns the treatment of single steps. */
  public StepSetting setting() {
    return new StepSetting(
        perWindow > 1 || planFrom != null || measure != null || time != null,
        measure == null ? StepMeasure.TOKENS : measure,
        Optional.ofNullable(time),
        Optional.ofNullable(planFrom));
  }

  /**
   * Returns the weights of what plans are made from.
   *
   * @throws InvalidInputException if an estimator is given besides the steps to plan from
   */
  public Weighting weighting(EstimatorArguments estimator) {
    if (planFrom == null) {
      return estimator.weighting();
    }
    if (estimator.given()) {
      throw new InvalidInputException(
          "--plan-from-steps and --estimator exclude each other; give one of them");
    }
    return Weighting.slidingSum(planFrom);
  }

  private static final class Measures implements ITypeConverter<StepMeasure> {
    @Override
    public StepMeasure convert(String text) {
      for (StepMeasure measure : StepMeasure.values()) {
        if (measure.toString().equals(text)) {
          return measure;
        }
      }
      throw new TypeConversionException("'" + text + "' is neither tokens nor activated");
    }
  }

  /** Three numbers between commas: the parts of a step's time in microseconds. */
  public static final class Times implements ITypeConverter<StepTimeModel> {
    @Override
    public StepTimeModel convert(String text) {
      double[] parts =
          Pattern.compile(",")
              .splitAsStream(text)
              .mapToDouble(part -> TypedNumber.decimal(part).orElse(Double.NaN))
              .toArray();
      if (parts.length != 3 || DoubleStream.of(parts).anyMatch(Double::isNaN)) {
        throw new TypeConversionException(
            "'" + text + "' is not three numbers between commas, such as 20,0.01,6");
      }
      try {
        return new StepTimeModel(parts[0], parts[1], parts[2]);
      } catch (InvalidInputException wrong) {
        throw new TypeConversionException(String.valueOf(wrong.getMessage()));
      }
    }
  }
}
