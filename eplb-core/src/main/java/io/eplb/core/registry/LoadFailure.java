package io.eplb.core.registry;

import java.util.Optional;

/**
 * A policy that could not be loaded. An embedding program shows it beside the policies that it
 * offers. Immutable.
 *
 * @param location the jar or the folder of the policy
 * @param providerClass the name of its class, if it is known
 * @param reason the reason of the failure, in one line
 */
public record LoadFailure(String location, Optional<String> providerClass, String reason) {
  /** Returns place, class and reason in one line. */
  @Override
  public String toString() {
    return location + ": " + providerClass.map(name -> name + ": ").orElse("") + reason;
  }
}
