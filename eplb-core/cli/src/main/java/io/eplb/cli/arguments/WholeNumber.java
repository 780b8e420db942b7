package io.eplb.cli.arguments;

import io.eplb.api.Deadline;
import io.eplb.api.EpTopology;
import io.eplb.api.wording.TypedNumber;
import io.eplb.core.load.LoadTrace;
import io.eplb.core.load.Weighting;
import io.eplb.core.migration.MigrationLimits;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The syntax of a whole number within bounds; an error names the bounds. */
public abstract class WholeNumber implements ITypeConverter<Integer> {
  private final int minimum;
  private final int maximum;

  private WholeNumber(int minimum, int maximum) {
    this.minimum = minimum;
    this.maximum = maximum;
  }

  @Override
  public Integer convert(String text) {
    return (int) inRange(text, minimum, maximum);
  }

  /**
   * Reads a whole number within bounds.
   *
   * @throws TypeConversionException if the text is anything else; it names the bounds
   */
  public static long inRange(String text, long minimum, long maximum) {
    return TypedNumber.whole(text).stream()
        .filter(value -> value >= minimum && value <= maximum)
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'%s' is not a whole number from %d to %d".formatted(text, minimum, maximum)));
  }

  public static final class Ranks extends WholeNumber {
    Ranks() {
      super(1, EpTopology.MAX_RANKS);
    }
  }

  static final class Failures extends WholeNumber {
    Failures() {
      super(0, EpTopology.MAX_RANKS);
    }
  }

  public static final class Slots extends WholeNumber {
    Slots() {
      super(1, EpTopology.MAX_SLOTS_PER_RANK);
    }
  }

  public static final class Experts extends WholeNumber {
    Experts() {
      super(1, EpTopology.MAX_EXPERTS);
    }
  }

  public static final class RedundantExperts extends WholeNumber {
    RedundantExperts() {
      super(0, EpTopology.MAX_EXPERTS);
    }
  }

  public static final class Repetitions extends WholeNumber {
    Repetitions() {
      super(1, 1_000_000);
    }
  }

  public static final class Steps extends WholeNumber {
    Steps() {
      super(1, LoadTrace.MAX_WINDOWS);
    }
  }

  static final class PlannedSteps extends WholeNumber {
    PlannedSteps() {
      super(1, Weighting.MAX_LENGTH);
    }
  }

  public static final class MoeLayer extends WholeNumber {
    MoeLayer() {
      super(0, EpTopology.MAX_LAYERS);
    }
  }

  static final class Limit extends WholeNumber {
    Limit() {
      super(1, MigrationLimits.MAX);
    }
  }

  public static final class ServedSteps extends WholeNumber {
    ServedSteps() {
      super(2, 1_000_000);
    }
  }

  public static final class StepMillis extends WholeNumber {
    StepMillis() {
      super(0, 10_000);
    }
  }

  public static final class ExpertBytes extends WholeNumber {
    ExpertBytes() {
      super(Long.BYTES, 1 << 30);
    }

    @Override
    public Integer convert(String text) {
      int bytes = super.convert(text);
      if (bytes % Long.BYTES != 0) {
        throw new TypeConversionException("'%s' is not a multiple of 8".formatted(text));
      }
      return bytes;
    }
  }

  static final class Seconds extends WholeNumber {
    Seconds() {
      super(1, Math.toIntExact(Deadline.MAX.toSeconds()));
    }
  }

  static final class BodyBytes extends WholeNumber {
    BodyBytes() {
      super(1, 1 << 30);
    }
  }

  static final class WaitingRequests extends WholeNumber {
    WaitingRequests() {
      super(1, 100_000);
    }
  }

  static final class Rank extends WholeNumber {
    Rank() {
      super(0, EpTopology.MAX_RANKS - 1);
    }
  }

  static final class Buffers extends WholeNumber {
    Buffers() {
      super(1, EpTopology.MAX_SLOTS_PER_RANK);
    }
  }

  public static final class Port extends WholeNumber {
    Port() {
      super(0, 65_535);
    }
  }

  public static final class SessionSeconds extends WholeNumber {
    SessionSeconds() {
      super(1, 600);
    }
  }

  public static final class Processes extends WholeNumber {
    Processes() {
      super(2, 64);
    }
  }
}
