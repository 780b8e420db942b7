package io.eplb.cli.arguments;

import io.eplb.api.InvalidInputException;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.Origin;
import io.eplb.core.config.Settings;
import io.eplb.core.isolation.ProcessIsolation;
import io.eplb.core.registry.DiscoveredPolicy;
import io.eplb.core.registry.PolicyFolder;
import io.eplb.core.registry.PolicyRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options {@code --policy-path} and {@code --isolate}: where policies come from and run. */
public final class PolicyPathArguments {
  private static final String OPTION = "--policy-path";

  @Option(
      names = OPTION,
      paramLabel = "DIR",
      description =
          "A folder of policy jars, each isolated from the others; may be given several times."
              + " EPLB_POLICY_PATH lists more.")
  private List<Path> folders = new ArrayList<>();

  @Option(
      names = "--isolate",
      paramLabel = "none|process",
      converter = IsolationConverter.class,
      description =
          "Run policies in processes of their own, so that a crash, an exit or a loop of theirs ends"
              + " nothing else; the key isolate of a configuration says the same (default: none).")
  private @Nullable Isolation isolation;

  /** The places in which policies run. */
  private enum Isolation {
    NONE,
    PROCESS;

    /** Returns the word as it is typed and completed. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final class IsolationConverter implements ITypeConverter<Isolation> {
    @Override
    public Isolation convert(String text) {
      return switch (text) {
        case "none" -> Isolation.NONE;
        case "process" -> Isolation.PROCESS;
        default -> throw new TypeConversionException("'" + text + "' is neither none nor process");
      };
    }
  }

  /**
   * Finds the policies; close the registry after the last use of a policy.
   *
   * @param config says whether they run in processes of their own, unless the command line does
   */
  public PolicyRegistry open(EplbConfig config) {
    List<PolicyFolder> all = new ArrayList<>();
    folders.forEach(folder -> all.add(new PolicyFolder(folder, OPTION)));
    String variable = PolicyFolder.ENVIRONMENT_VARIABLE;
    all.addAll(PolicyFolder.listed(System.getenv(variable), variable));
    String place = isolation == null ? config.get(Settings.ISOLATE) : isolation.toString();
    return place.equals(Isolation.PROCESS.toString())
        ? PolicyRegistry.open(all, ProcessIsolation.defaults())
        : PolicyRegistry.open(all);
  }

  /**
   * Returns the policy of the settings.
   *
   * @throws InvalidInputException if there is none of that name; it names the file of the setting
   */
  public static DiscoveredPolicy find(PolicyRegistry registry, EplbConfig config) {
    try {
      return registry.find(config.policyName());
    } catch (InvalidInputException unknown) {
      boolean named = config.given(Settings.POLICY).isPresent();
      Origin origin = config.origin(named ? Settings.POLICY : Settings.POLICY_TYPE);
      if (origin.equals(Origin.DEFAULT) || origin.equals(Origin.COMMAND_LINE)) {
        throw unknown;
      }
      throw new InvalidInputException(origin + ": " + unknown.getMessage(), unknown);
    }
  }
}
