package io.eplb.core.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** Collects what is found in one source after the other, and what fails to load. */
final class PolicyScan {
  private final Duration declarationLimit;
  private final Set<Class<?>> known = Collections.newSetFromMap(new IdentityHashMap<>());
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

  /** Loads what a source provides and returns how many policies were found there. */
  int run(PolicySource source) {
    int before = found.size();
    new SourceScan(source, declarationLimit, known, found, failures).run();
    return found.size() - before;
  }

  void failed(String location, String reason) {
    failures.add(new LoadFailure(location, null, reason));
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
