package io.eplb.cli.arguments;

import io.eplb.api.InvalidInputException;
import io.eplb.cli.reports.StepMeasure;
import io.eplb.cli.reports.StepSetting;
import io.eplb.core.load.Weighting;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options for a recording of single steps. */
public final class StepArguments {
  @Mixin private WindowArguments windowArguments;

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

  @Mixin private StepTimeArguments stepTimeArguments;

  /** Returns the number of steps in a window. */
  public int perWindow() {
    return windowArguments.steps();
  }

  /** Returns the treatment of single steps. */
  public StepSetting setting() {
    return new StepSetting(
        perWindow() > 1
            || planFrom != null
            || measure != null
            || stepTimeArguments.time().isPresent(),
        measure == null ? StepMeasure.TOKENS : measure,
        stepTimeArguments.time(),
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
}
