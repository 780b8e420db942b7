package io.eplb.core.registry;

import io.eplb.api.EplbPolicy;
import io.eplb.api.PolicyException;
import io.eplb.api.wording.OneLine;
import io.eplb.core.foreign.DeclarationCall;
import io.eplb.core.foreign.ForeignFailure;
import io.eplb.core.foreign.PolicyDeclaration;
import java.time.Duration;
import java.util.Optional;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * A class that a jar offers as a policy. Its name is known only after an instance has been made, so
 * it is in one of three states: unasked (no code of it has run), found, or failed.
 *
 * <p>The registry's lock guards it.
 */
final class PolicyCandidate {
  private final String location;
  private final @Nullable PolicyInstances instances;
  private @Nullable DeclarationCall<PolicyDeclaration> call;
  private boolean asked;
  private @Nullable DiscoveredPolicy found;
  private @Nullable LoadFailure failure;

  private PolicyCandidate(
      String location, @Nullable PolicyInstances instances, @Nullable LoadFailure failure) {
    this.location = location;
    this.instances = instances;
    this.failure = failure;
  }

  /**
   * Returns the unasked candidate of a provider.
   *
   * @param home the home of the instances; null is this process
   */
  static PolicyCandidate of(
      PolicySource source, ServiceLoader.Provider<EplbPolicy> provider, @Nullable PolicyHome home) {
    return new PolicyCandidate(
        Locations.ofClass(provider.type(), source.location()),
        new PolicyInstances(source, provider, home),
        null);
  }

  /** Returns a candidate that failed before any code of it could run. */
  static PolicyCandidate failed(LoadFailure failure) {
    return new PolicyCandidate(failure.location(), null, failure);
  }

  /** Returns the jar or folder. */
  String location() {
    return location;
  }

  boolean unasked() {
    return found == null && failure == null;
  }

  @Nullable DiscoveredPolicy found() {
    return found;
  }

  @Nullable LoadFailure failure() {
    return failure;
  }

  /** Returns the instances of the policy's class; null if the class could not be loaded. */
  @Nullable PolicyInstances instances() {
    return instances;
  }

  /** Ends an instance that was made and never used. */
  void close() {
    if (instances != null) {
      instances.close();
    }
  }

  /** Returns whether the class file has a name among its string literals. */
  boolean mentions(String name) {
    ClassFile file = instances == null ? null : Linkage.classFile(instances.type());
    return file != null && file.texts().contains(name);
  }

  /** Returns whether an instance was asked in another process, and failed there. */
  boolean failedElsewhere() {
    return asked && failure != null && instances != null && instances.elsewhere();
  }

  /** Begins to make an instance and to read its declaration; {@link #settle} waits for the end. */
  void begin(Duration limit) {
    PolicyInstances policy = instances;
    if (policy == null || !unasked()) {
      return;
    }
    String fault = Linkage.fault(policy.type());
    if (fault == null) {
      asked = true;
      call = DeclarationCall.begin(limit, () -> declaration(policy));
    } else {
      fail(policy, fault);
    }
  }

  /** Waits for the end of what was begun; then this has been found or has failed. */
  void settle() {
    DeclarationCall<PolicyDeclaration> begun = call;
    PolicyInstances policy = instances;
    if (begun == null || policy == null) {
      return;
    }
    call = null;
    try {
      found =
          new DiscoveredPolicy(begun.await(), Locations.versionOf(policy.type()), location, policy);
    } catch (PolicyException malformed) {
      fail(policy, String.valueOf(malformed.getMessage()));
    } catch (Throwable thrown) {
      ForeignFailure.rethrowIfFatal(thrown);
      fail(policy, ServiceErrors.reason(thrown));
    }
  }

  private void fail(PolicyInstances policy, String reason) {
    String told =
        policy.overwritten() ? "its jar was overwritten after it was found: " + reason : reason;
    failure =
        new LoadFailure(
            location, Optional.of(OneLine.brief(policy.type().getName())), OneLine.brief(told));
  }

  private static PolicyDeclaration declaration(PolicyInstances instances) {
    EplbPolicy instance;
    try {
      instance = instances.make();
    } catch (PolicyException ours) {
      throw ours;
    } catch (Throwable thrown) {
      // Put into words here, since that runs foreign code too.
      ForeignFailure.rethrowIfFatal(thrown);
      throw new PolicyException(ServiceErrors.reason(thrown));
    }
    PolicyDeclaration declaration = PolicyDeclaration.of(instance);
    instances.giveBack(instance);
    return declaration;
  }
}
