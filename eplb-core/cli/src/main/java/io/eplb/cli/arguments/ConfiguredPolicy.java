package io.eplb.cli.arguments;

import io.eplb.api.InvalidInputException;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.Origin;
import io.eplb.core.config.Settings;
import io.eplb.core.registry.DiscoveredPolicy;
import io.eplb.core.registry.PolicyRegistry;

/** Finds the policy that the settings name, and says where they name it if there is none. */
public final class ConfiguredPolicy {
  private ConfiguredPolicy() {}

  public static DiscoveredPolicy find(PolicyRegistry registry, EplbConfig config) {
    try {
      return registry.find(config.policyName());
    } catch (InvalidInputException unknown) {
      Origin origin =
          config.given(Settings.POLICY).isPresent()
              ? config.origin(Settings.POLICY)
              : config.origin(Settings.POLICY_TYPE);
      if (origin.equals(Origin.DEFAULT) || origin.equals(Origin.COMMAND_LINE)) {
        throw unknown;
      }
      throw new InvalidInputException(origin + ": " + unknown.getMessage(), unknown);
    }
  }
}
