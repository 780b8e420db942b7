package io.eplb.core.registry;

import com.google.common.collect.Iterables;
import io.eplb.api.EplbPolicy;
import io.eplb.api.PolicyException;
import io.eplb.api.wording.OneLine;
import io.eplb.core.foreign.ContextLoader;
import io.eplb.core.foreign.DeclarationCall;
import io.eplb.core.foreign.ForeignFailure;
import io.eplb.core.foreign.PolicyDeclaration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The policies and the failures of the sources that were searched, one after the other. */
final class PolicyScan {
  /**
   * The most failures that are noted of one source. A service loader that cannot read its files
   * repeats its failure without end.
   */
  private static final int MOST_FAILURES = 100;

  private final Duration declarationLimit;
  private final Set<Class<?>> known = new HashSet<>();
  private final List<DiscoveredPolicy> found = new ArrayList<>();
  private final List<LoadFailure> failures = new ArrayList<>();

  /**
   * Starts with nothing.
   *
   * @param declarationLimit how long a policy may take to be made and to name its options
   */
  PolicyScan(Duration declarationLimit) {
    this.declarationLimit = declarationLimit;
  }

  /**
   * Loads the policies of a source, and returns how many were found. A provider class that was met
   * before is skipped. A service loader can fail when it is asked for the next provider, when it
   * fetches it and when it instantiates it, with configuration errors and linkage errors. Each
   * failure is noted and the search goes on.
   */
  int run(PolicySource source) {
    int foundBefore = found.size();
    int failedBefore = failures.size();
    try {
      Iterator<ServiceLoader.Provider<EplbPolicy>> providers =
          source.open().get().stream().iterator();
      boolean more = true;
      while (more && failures.size() - failedBefore < MOST_FAILURES) {
        more = step(source, providers);
      }
    } catch (Throwable thrown) {
      failures.add(failure(source, null, thrown));
    }
    return found.size() - foundBefore;
  }

  /** Loads the next provider, and returns whether there may be more. */
  private boolean step(
      PolicySource source, Iterator<ServiceLoader.Provider<EplbPolicy>> providers) {
    ServiceLoader.Provider<EplbPolicy> provider;
    try {
      if (!providers.hasNext()) {
        return false;
      }
      provider = providers.next();
    } catch (Throwable thrown) {
      LoadFailure failure = failure(source, null, thrown);
      // The same failure twice in a row, about no class, means that the service loader is stuck.
      boolean stuck =
          failure.providerClass().isEmpty() && failure.equals(Iterables.getLast(failures, null));
      return !stuck && failures.add(failure);
    }
    if (known.add(provider.type())) {
      take(source, provider);
    }
    return true;
  }

  private void take(PolicySource source, ServiceLoader.Provider<EplbPolicy> provider) {
    Class<?> type = provider.type();
    try {
      PolicyDeclaration declaration =
          DeclarationCall.await(declarationLimit, () -> PolicyDeclaration.of(make(provider)));
      found.add(
          new DiscoveredPolicy(
              declaration,
              Locations.versionOf(type),
              Locations.ofClass(type, source.location()),
              provider));
    } catch (PolicyException malformed) {
      failures.add(failure(source, type.getName(), String.valueOf(malformed.getMessage())));
    } catch (Throwable thrown) {
      failures.add(failure(source, type.getName(), thrown));
    }
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

  private static LoadFailure failure(PolicySource source, @Nullable String type, Throwable thrown) {
    ForeignFailure.rethrowIfFatal(thrown);
    String about = type == null ? ServiceErrors.providerClass(thrown) : type;
    return failure(source, about, ServiceErrors.reason(thrown));
  }

  private static LoadFailure failure(PolicySource source, @Nullable String type, String reason) {
    return new LoadFailure(source.location(), Optional.ofNullable(type), OneLine.brief(reason));
  }

  void failed(String location, String reason) {
    failures.add(new LoadFailure(location, Optional.empty(), reason));
  }

  boolean hasFailed(String location) {
    return failures.stream().anyMatch(failure -> failure.location().equals(location));
  }

  /** Returns the jars and folders met so far. */
  List<String> locations() {
    List<String> locations = new ArrayList<>();
    found.forEach(policy -> locations.add(policy.location()));
    failures.forEach(failure -> locations.add(failure.location()));
    return locations;
  }

  List<DiscoveredPolicy> found() {
    return found;
  }

  List<LoadFailure> failures() {
    return failures;
  }
}
