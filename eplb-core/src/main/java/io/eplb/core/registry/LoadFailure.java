package io.eplb.core.registry;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A policy that could not be loaded. Immutable. */
public final class LoadFailure {
  private final String location;
  private final @Nullable String providerClass;
  private final String reason;

  LoadFailure(String location, @Nullable String providerClass, String reason) {
    this.location = location;
    this.providerClass = providerClass;
    this.reason = reason;
  }

  /** Returns the jar or the folder that it would have come from. */
  public String location() {
    return location;
  }

  /** Returns the name of the class that was to be loaded, if it is known. */
  public Optional<String> providerClass() {
    return Optional.ofNullable(providerClass);
  }

  /** Returns why it could not be loaded, in one line. */
  public String reason() {
    return reason;
  }

  /** Returns place, class and reason in one line. */
  @Override
  public String toString() {
    return location + ": " + (providerClass == null ? "" : providerClass + ": ") + reason;
  }
}
