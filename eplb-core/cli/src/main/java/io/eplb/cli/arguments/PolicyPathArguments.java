package io.eplb.cli.arguments;

import io.eplb.api.InvalidInputException;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.Origin;
import io.eplb.core.config.Settings;
import io.eplb.core.registry.DiscoveredPolicy;
import io.eplb.core.registry.PolicyFolder;
import io.eplb.core.registry.PolicyRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The option {@code --policy-path}: folders of policies beside the class path. */
public final class PolicyPathArguments {
  private static final String OPTION = "--policy-path";

  @Option(
      names = OPTION,
      paramLabel = "DIR",
      description =
          "A folder of policy jars, each isolated from the others; may be given several times."
              + " EPLB_POLICY_PATH lists more.")
  private List<Path> folders = new ArrayList<>();

  /** Finds the policies; close the registry after the last use of a policy. */
  public PolicyRegistry open() {
    List<PolicyFolder> all = new ArrayList<>();
    folders.forEach(folder -> all.add(new PolicyFolder(folder, OPTION)));
    String variable = PolicyFolder.ENVIRONMENT_VARIABLE;
    all.addAll(PolicyFolder.listed(System.getenv(variable), variable));
    return PolicyRegistry.open(all);
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
