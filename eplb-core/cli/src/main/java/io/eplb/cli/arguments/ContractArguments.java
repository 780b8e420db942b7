package io.eplb.cli.arguments;

import io.eplb.api.contract.PlacementRules;
import io.eplb.api.contract.Rule;
import io.eplb.core.contract.ContractSettings;
import java.time.Duration;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options for the rules of a plan and the seed of random policies. */
public final class ContractArguments {
  private enum Duplicates {
    REJECT,
    ALLOW;

    /** Returns the word as it is typed and completed. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Option(
      names = "--duplicates",
      paramLabel = "reject|allow",
      defaultValue = "reject",
      converter = DuplicatesConverter.class,
      description =
          "Whether a rank may hold two replicas of one expert (default: ${DEFAULT-VALUE}).")
  private Duplicates duplicates = Duplicates.REJECT;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      converter = SeedConverter.class,
      description = "The seed of policies that draw at random (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--time-limit",
      paramLabel = "SECONDS",
      defaultValue = "30",
      converter = WholeNumber.Seconds.class,
      description = "The time that a policy has for one plan (default: ${DEFAULT-VALUE}).")
  private int timeLimit;

  public boolean duplicatesAllowed() {
    return duplicates == Duplicates.ALLOW;
  }

  public long seed() {
    return seed;
  }

  /**
   * Returns the rules of a plan: the standard ones, without P4 if duplicates are allowed, and the
   * time limit.
   */
  public ContractSettings settings() {
    PlacementRules rules = PlacementRules.standard();
    return ContractSettings.defaults()
        .withRules(duplicatesAllowed() ? rules.without(Rule.P4) : rules)
        .withDeadline(Duration.ofSeconds(timeLimit));
  }

  private static final class DuplicatesConverter implements ITypeConverter<Duplicates> {
    @Override
    public Duplicates convert(String text) {
      return switch (text) {
        case "reject" -> Duplicates.REJECT;
        case "allow" -> Duplicates.ALLOW;
        default -> throw new TypeConversionException("'" + text + "' is neither reject nor allow");
      };
    }
  }

  private static final class SeedConverter implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      return WholeNumber.inRange(text, Long.MIN_VALUE, Long.MAX_VALUE);
    }
  }
}
