package io.eplb.core.registry;

import java.util.Optional;

/**
 * A policy that could not be loaded, for an embedding program to show beside the policies that it
 * offers. Immutable.
 *
 * @param location the jar or the folder that it would have come from
 * @param providerClass the name of the class that was to be loaded, if it is known
 * @param reason why it could not be loaded, in one line
 */
public record LoadFailure(String location, Optional<String> providerClass, String reason) {
  /** Returns place, class and reason in one line. */
  @Override
  public String toString() {
    return location + ": " + providerClass.map(name -> name + ": ").orElse("") + reason;
  }
}
