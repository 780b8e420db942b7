package io.eplb.core.registry;

import io.eplb.api.EplbPolicy;
import io.eplb.api.PolicyException;
import io.eplb.api.wording.OneLine;
import io.eplb.core.foreign.ContextLoader;
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
  private final ServiceLoader.@Nullable Provider<EplbPolicy> provider;
  private @Nullable DeclarationCall<PolicyDeclaration> call;
  private @Nullable DiscoveredPolicy found;
  private @Nullable LoadFailure failure;

  private PolicyCandidate(
      String location,
      ServiceLoader.@Nullable Provider<EplbPolicy> provider,
      @Nullable LoadFailure failure) {
    this.location = location;
    this.provider = provider;
    this.failure = failure;
  }

  /**
   * Returns the unasked candidate of a provider.
   *
   * @param source the jar or another name of the source, in case that the class has no place
   */
  static PolicyCandidate of(String source, ServiceLoader.Provider<EplbPolicy> provider) {
    return new PolicyCandidate(Locations.ofClass(provider.type(), source), provider, null);
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

  /** Returns whether the class file has a name among its string literals. */
  boolean mentions(String name) {
    if (provider == null) {
      return false;
    }
    ClassLoader loader = provider.type().getClassLoader();
    ClassFile file = loader == null ? null : Linkage.classFile(loader, provider.type().getName());
    return file != null && file.texts().contains(name);
  }

  /** Begins to make an instance and to read its declaration; {@link #settle} waits for the end. */
  void begin(Duration limit) {
    ServiceLoader.Provider<EplbPolicy> asked = provider;
    if (asked == null || !unasked()) {
      return;
    }
    String fault = Linkage.fault(asked.type());
    if (fault == null) {
      call = DeclarationCall.begin(limit, () -> PolicyDeclaration.of(make(asked)));
    } else {
      fail(asked, fault);
    }
  }

  /** Waits for the end of what was begun; then this has been found or has failed. */
  void settle() {
    DeclarationCall<PolicyDeclaration> begun = call;
    ServiceLoader.Provider<EplbPolicy> asked = provider;
    if (begun == null || asked == null) {
      return;
    }
    call = null;
    try {
      found =
          new DiscoveredPolicy(begun.await(), Locations.versionOf(asked.type()), location, asked);
    } catch (PolicyException malformed) {
      fail(asked, String.valueOf(malformed.getMessage()));
    } catch (Throwable thrown) {
      ForeignFailure.rethrowIfFatal(thrown);
      fail(asked, ServiceErrors.reason(thrown));
    }
  }

  private void fail(ServiceLoader.Provider<EplbPolicy> asked, String reason) {
    failure = new LoadFailure(location, Optional.of(asked.type().getName()), OneLine.brief(reason));
  }

  /** Makes an instance; puts a failure into words here, since that runs foreign code too. */
  private static EplbPolicy make(ServiceLoader.Provider<EplbPolicy> provider) {
    try {
      return ContextLoader.within(provider.type().getClassLoader(), provider);
    } catch (Throwable thrown) {
      ForeignFailure.rethrowIfFatal(thrown);
      throw new PolicyException(ServiceErrors.reason(thrown));
    }
  }
}
