package io.eplb.cli.arguments;

import io.eplb.api.InvalidInputException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that choose a policy and say what it may do. */
public final class PolicyArguments {
  /** Whether a rank may hold two replicas of one expert. */
  public enum Duplicates {
    REJECT,
    ALLOW
  }

  @Option(
      names = "--policy",
      paramLabel = "NAME",
      description = "The policy that plans; eplb policies lists them (default: incremental).")
  public @Nullable String policy;

  public @Mixin PolicyPathArguments policyPath;

  @Option(
      names = "--option",
      paramLabel = "key=value",
      description = "An option of the policy; may be given several times.")
  private List<String> options = List.of();

  @Option(
      names = "--duplicates",
      paramLabel = "reject|allow",
      defaultValue = "reject",
      converter = DuplicatesConverter.class,
      description =
          "Whether a rank may hold two replicas of one expert (default: ${DEFAULT-VALUE}).")
  public Duplicates duplicates = Duplicates.REJECT;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      converter = SeedConverter.class,
      description = "The seed of a policy that draws at random (default: ${DEFAULT-VALUE}).")
  public long seed;

  /**
   * Returns the policy's options by name.
   *
   * @throws InvalidInputException if a text is not {@code key=value}, or a key is given twice
   */
  public Map<String, String> options() {
    Map<String, String> values = new LinkedHashMap<>();
    for (String text : options) {
      int equals = text.indexOf('=');
      if (equals < 1) {
        throw new InvalidInputException("--option '" + text + "' is no option; expected key=value");
      }
      String key = text.substring(0, equals);
      String value = text.substring(equals + 1);
      String before = values.putIfAbsent(key, value);
      if (before != null) {
        throw new InvalidInputException(
            "--option %s is given twice, as %s=%s and as %s=%s; give it once"
                .formatted(key, key, before, key, value));
      }
    }
    return values;
  }

  public static final class DuplicatesConverter implements ITypeConverter<Duplicates> {
    @Override
    public Duplicates convert(String text) {
      return switch (text) {
        case "reject" -> Duplicates.REJECT;
        case "allow" -> Duplicates.ALLOW;
        default -> throw new TypeConversionException("'" + text + "' is neither reject nor allow");
      };
    }
  }

  public static final class SeedConverter implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      return WholeNumber.inRange(text, Long.MIN_VALUE, Long.MAX_VALUE);
    }
  }
}
