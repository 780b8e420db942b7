package io.eplb.core.selection;

import io.eplb.api.InvalidInputException;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.Origin;
import io.eplb.core.config.Settings;
import io.eplb.core.isolation.ProcessIsolation;
import io.eplb.core.registry.DiscoveredPolicy;
import io.eplb.core.registry.PolicyFolder;
import io.eplb.core.registry.PolicyRegistry;
import java.util.List;

/** Finds policies as a configuration says. */
public final class PolicySelection {
  private PolicySelection() {}

  /**
   * Finds all policies; close the registry after the last use of a policy.
   *
   * @param config says whether they run in processes of their own
   * @throws InvalidInputException if a folder is missing, is no folder or cannot be read
   */
  public static PolicyRegistry open(List<PolicyFolder> folders, EplbConfig config) {
    return config.get(Settings.ISOLATE).equals("process")
        ? PolicyRegistry.open(folders, ProcessIsolation.defaults())
        : PolicyRegistry.open(folders);
  }

  /**
   * Returns the policy of the configuration.
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
