package io.eplb.core.registry;

import io.eplb.api.EplbPolicy;
import io.eplb.api.wording.OneLine;
import io.eplb.core.foreign.ForeignFailure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The candidates of the sources that were searched, one after the other, failures among them. It
 * loads the classes that service files name, without initialising them: no code of a policy runs.
 */
final class PolicyScan {
  /**
   * The most failures that are noted of one source. A service loader that cannot read its files
   * repeats its failure without end.
   */
  private static final int MOST_FAILURES = 100;

  private final @Nullable PolicyHome home;
  private final Set<Class<?>> known = new HashSet<>();
  private final List<PolicyCandidate> candidates = new ArrayList<>();

  /**
   * Starts with nothing.
   *
   * @param home the home of the policies; null is this process
   */
  PolicyScan(@Nullable PolicyHome home) {
    this.home = home;
  }

  /**
   * Searches a source, and returns the number of classes that it offers. A provider class that was
   * met before is skipped. A service loader can fail when it is asked for the next provider and
   * when it fetches it, with configuration errors and linkage errors. Each failure is noted and the
   * search goes on.
   */
  int run(PolicySource source) {
    int before = candidates.size();
    int failures = 0;
    try {
      Iterator<ServiceLoader.Provider<EplbPolicy>> providers =
          source.open().get().stream().iterator();
      while (failures < MOST_FAILURES) {
        LoadFailure failure = null;
        try {
          if (!providers.hasNext()) {
            break;
          }
          ServiceLoader.Provider<EplbPolicy> provider = providers.next();
          if (known.add(provider.type())) {
            candidates.add(PolicyCandidate.of(source, provider, home));
          }
        } catch (Throwable thrown) {
          failure = failure(source, thrown);
        }
        if (failure != null) {
          // The same failure twice in a row, about no class, means that the loader is stuck.
          if (failure.providerClass().isEmpty() && failure.equals(lastFailure())) {
            break;
          }
          candidates.add(PolicyCandidate.failed(failure));
          failures++;
        }
      }
    } catch (Throwable thrown) {
      candidates.add(PolicyCandidate.failed(failure(source, thrown)));
      failures++;
    }
    return candidates.size() - before - failures;
  }

  private @Nullable LoadFailure lastFailure() {
    return candidates.isEmpty() ? null : candidates.get(candidates.size() - 1).failure();
  }

  private static LoadFailure failure(PolicySource source, Throwable thrown) {
    ForeignFailure.rethrowIfFatal(thrown);
    return new LoadFailure(
        source.location(),
        Optional.ofNullable(ServiceErrors.providerClass(thrown)),
        OneLine.brief(ServiceErrors.reason(thrown)));
  }

  /** Notes a jar or folder that cannot be searched. */
  void failed(String location, String reason) {
    candidates.add(PolicyCandidate.failed(new LoadFailure(location, Optional.empty(), reason)));
  }

  boolean hasFailed(String location) {
    return candidates.stream()
        .anyMatch(one -> one.failure() != null && one.location().equals(location));
  }

  /** Returns the candidates in the order of the search. */
  List<PolicyCandidate> candidates() {
    return candidates;
  }
}
