package io.eplb.cli.arguments;

import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.TypedNumber;
import io.eplb.core.simulation.StepTimeModel;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The option for the model that predicts the time of single steps. */
public final class StepTimeArguments {
  @Option(
      names = "--step-time",
      paramLabel = "FIXED,PER_TOKEN,PER_EXPERT",
      converter = Times.class,
      description =
          "Judge by the predicted time of single steps too: microseconds that a rank spends on a"
              + " layer whatever its load, for each token, and for each expert that it reads.")
  private @Nullable StepTimeModel time;

  /** Returns the model; empty if steps are not timed. */
  public Optional<StepTimeModel> time() {
    return Optional.ofNullable(time);
  }

  /** Three numbers between commas: the parts of a step's time in microseconds. */
  private static final class Times implements ITypeConverter<StepTimeModel> {
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
