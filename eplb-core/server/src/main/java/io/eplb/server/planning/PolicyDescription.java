package io.eplb.server.planning;

import io.eplb.api.PolicyOption;
import io.eplb.core.registry.DiscoveredPolicy;
import java.util.List;

/**
 * A policy that a question may name.
 *
 * @param name the name
 * @param version the version of its jar or module; {@code unknown} if none is stated
 * @param source the path of its jar or folder
 * @param options the options that it declares
 */
public record PolicyDescription(
    String name, String version, String source, List<PolicyOption<?>> options) {
  /** Copies the list. */
  public PolicyDescription {
    options = List.copyOf(options);
  }

  /** Describes a policy that was discovered. */
  static PolicyDescription of(DiscoveredPolicy policy) {
    return new PolicyDescription(
        policy.name(), policy.version(), policy.location(), policy.options());
  }
}
