package io.eplb.cli.arguments;

import io.eplb.api.EpTopology;
import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.Bounds;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A rank and a step as they are typed: {@code 3@200}.
 *
 * @param rank the rank
 * @param step the step
 */
public record RankStep(int rank, long step) {
  private static final long MOST_STEPS = 1_000_000;

  /**
   * Checks that a group has the rank and that the step is served.
   *
   * @param option the option that they were given by
   * @throws InvalidInputException if not
   */
  public void requireWithin(String option, int ranks, long steps) {
    if (rank >= ranks) {
      throw new InvalidInputException(option + ": " + Bounds.absent("rank", rank, ranks));
    }
    if (step >= steps) {
      throw new InvalidInputException(
          "%s: step %d is not served; it must be from 0 to %d".formatted(option, step, steps - 1));
    }
  }

  /** Reads a rank and a step on both sides of an at sign. */
  public static final class Converter implements ITypeConverter<RankStep> {
    @Override
    public RankStep convert(String text) {
      String[] parts = text.split("@", -1);
      if (parts.length != 2) {
        throw new TypeConversionException(
            "'" + text + "' is not of the form RANK@STEP, like 3@200");
      }
      return new RankStep(
          (int) WholeNumber.inRange(parts[0], 0, EpTopology.MAX_RANKS - 1),
          WholeNumber.inRange(parts[1], 0, MOST_STEPS));
    }
  }
}
