package io.eplb.core.registry;

import io.eplb.api.EplbPolicy;
import io.eplb.api.PolicyException;
import io.eplb.api.PolicyOption;
import io.eplb.core.foreign.ContextLoader;
import io.eplb.core.foreign.ForeignFailure;
import io.eplb.core.foreign.PolicyDeclaration;
import java.util.List;
import java.util.function.Supplier;

/**
 * A policy that can be used: its name and options, its place, and its instances. An embedding
 * program hands {@link #newInstance} to a {@link io.eplb.core.contract.GuardedPolicy}, which asks
 * it for plans.
 */
public final class DiscoveredPolicy {
  private final PolicyDeclaration declaration;
  private final String version;
  private final String location;
  private final Class<?> providerClass;
  private final Supplier<? extends EplbPolicy> provider;

  DiscoveredPolicy(
      PolicyDeclaration declaration,
      String version,
      String location,
      Class<?> providerClass,
      Supplier<? extends EplbPolicy> provider) {
    this.declaration = declaration;
    this.version = version;
    this.location = location;
    this.providerClass = providerClass;
    this.provider = provider;
  }

  /** Returns the name that selects it. */
  public String name() {
    return declaration.name();
  }

  /** Returns the options that it declares. */
  public List<PolicyOption<?>> options() {
    return declaration.options();
  }

  /** Returns the version of its jar or module; {@code unknown} if it does not say. */
  public String version() {
    return version;
  }

  /** Returns the path of the jar or the folder that it comes from. */
  public String location() {
    return location;
  }

  /** Returns the name of its class. */
  public String className() {
    return providerClass.getName();
  }

  /**
   * Makes an instance, each time another one.
   *
   * @throws PolicyException if the policy's constructor fails
   */
  public EplbPolicy newInstance() {
    try {
      return ContextLoader.within(providerClass.getClassLoader(), provider);
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
