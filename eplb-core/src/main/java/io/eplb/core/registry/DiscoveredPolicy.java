package io.eplb.core.registry;

import io.eplb.api.EplbPolicy;
import io.eplb.api.PolicyException;
import io.eplb.api.PolicyOption;
import io.eplb.core.foreign.ContextLoader;
import io.eplb.core.foreign.ForeignFailure;
import io.eplb.core.foreign.PolicyDeclaration;
import java.util.List;
import java.util.ServiceLoader;

/**
 * A policy that was found: its name and options, its place, and its instances. An embedding program
 * hands {@link #newInstance} to a {@link io.eplb.core.contract.GuardedPolicy} and asks that for
 * plans.
 */
public final class DiscoveredPolicy {
  private final PolicyDeclaration declaration;
  private final String version;
  private final String location;
  private final ServiceLoader.Provider<EplbPolicy> provider;

  DiscoveredPolicy(
      PolicyDeclaration declaration,
      String version,
      String location,
      ServiceLoader.Provider<EplbPolicy> provider) {
    this.declaration = declaration;
    this.version = version;
    this.location = location;
    this.provider = provider;
  }

  /** Returns the name by which it is selected. */
  public String name() {
    return declaration.name();
  }

  /** Returns the options that it declares. */
  public List<PolicyOption<?>> options() {
    return declaration.options();
  }

  /** Returns the version of its jar or module; {@code unknown} if none is stated. */
  public String version() {
    return version;
  }

  /** Returns the path of the jar or the folder of the policy. */
  public String location() {
    return location;
  }

  /** Returns the name of its class. */
  public String className() {
    return provider.type().getName();
  }

  /**
   * Makes a new instance.
   *
   * @throws PolicyException if the policy's constructor fails
   */
  public EplbPolicy newInstance() {
    try {
      return ContextLoader.within(provider.type().getClassLoader(), provider);
    } catch (Throwable thrown) {
      throw ForeignFailure.contained(ServiceErrors.cause(thrown))
          .blamingPolicy("policy " + name() + " of " + location + " cannot be made");
    }
  }

  @Override
  public String toString() {
    return name() + " " + version + " (" + location + ")";
  }
}
