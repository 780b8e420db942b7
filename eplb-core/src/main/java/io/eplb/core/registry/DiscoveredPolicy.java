package io.eplb.core.registry;

import io.eplb.api.EplbPolicy;
import io.eplb.api.PolicyException;
import io.eplb.api.PolicyOption;
import io.eplb.core.foreign.ForeignFailure;
import io.eplb.core.foreign.PolicyDeclaration;
import java.util.List;

/**
 * A policy that was found: its name and options, its place, and its instances. An embedding program
 * hands {@link #newInstance} to a {@link io.eplb.core.contract.GuardedPolicy} and asks that for
 * plans.
 */
public final class DiscoveredPolicy {
  private final PolicyDeclaration declaration;
  private final String version;
  private final String location;
  private final PolicyInstances instances;

  DiscoveredPolicy(
      PolicyDeclaration declaration, String version, String location, PolicyInstances instances) {
    this.declaration = declaration;
    this.version = version;
    this.location = location;
    this.instances = instances;
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
    return instances.type().getName();
  }

  /**
   * Makes a new instance.
   *
   * @throws PolicyException if the policy's constructor fails
   */
  public EplbPolicy newInstance() {
    try {
      return instances.make();
    } catch (Throwable thrown) {
      throw ForeignFailure.contained(ServiceErrors.cause(thrown))
          .blamingPolicy(
              "policy %s of %s cannot be made%s"
                  .formatted(
                      name(),
                      location,
                      instances.overwritten() ? ", since its jar was overwritten" : ""));
    }
  }

  @Override
  public String toString() {
    return name() + " " + version + " (" + location + ")";
  }
}
