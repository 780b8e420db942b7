package io.eplb.core.registry;

import io.eplb.api.InvalidInputException;
import io.eplb.api.NearestName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The policies that were found, by name, and what could not be loaded. Immutable. */
public final class PolicyRegistry {
  private static final Logger LOG = LoggerFactory.getLogger(PolicyRegistry.class);

  private final Map<String, List<DiscoveredPolicy>> byName;
  private final List<DiscoveredPolicy> policies;
  private final List<LoadFailure> failures;

  private PolicyRegistry(List<DiscoveredPolicy> found, List<LoadFailure> loadFailures) {
    byName = new TreeMap<>(found.stream().collect(Collectors.groupingBy(DiscoveredPolicy::name)));
    policies =
        byName.values().stream().filter(same -> same.size() == 1).map(same -> same.get(0)).toList();
    List<LoadFailure> all = new ArrayList<>(loadFailures);
    for (List<DiscoveredPolicy> same : byName.values()) {
      if (same.size() > 1) {
        for (DiscoveredPolicy policy : same) {
          all.add(new LoadFailure(policy.location(), policy.className(), ambiguity(same)));
        }
      }
    }
    failures = List.copyOf(all);
    policies.forEach(policy -> LOG.debug("found policy {}", policy));
    failures.forEach(failure -> LOG.warn("policy not loaded: {}", failure));
  }

  /** Finds the policies on the class path and on the module path. */
  public static PolicyRegistry onClassPath() {
    List<LoadFailure> failures = new ArrayList<>();
    List<PolicySource> sources = new ArrayList<>();
    ModuleLayer layer = PolicyRegistry.class.getModule().getLayer();
    sources.add(PolicySource.of(layer == null ? ModuleLayer.boot() : layer));
    ClassLoader loader = PolicyRegistry.class.getClassLoader();
    sources.addAll(
        ClassPathSources.of(
            loader == null ? ClassLoader.getSystemClassLoader() : loader, failures));
    return load(sources, failures);
  }

  /** Finds the policies that a class loader sees, its parents' included. */
  public static PolicyRegistry of(ClassLoader loader) {
    List<LoadFailure> failures = new ArrayList<>();
    return load(ClassPathSources.of(loader, failures), failures);
  }

  /**
   * Finds the policies of some sources. What one class loader provides to several of them counts
   * once.
   */
  public static PolicyRegistry of(List<PolicySource> sources) {
    return load(sources, new ArrayList<>());
  }

  private static PolicyRegistry load(List<PolicySource> sources, List<LoadFailure> failures) {
    List<DiscoveredPolicy> found = new ArrayList<>();
    Set<Class<?>> known = Collections.newSetFromMap(new IdentityHashMap<>());
    for (PolicySource source : sources) {
      new SourceScan(source, known, found, failures).run();
    }
    return new PolicyRegistry(found, failures);
  }

  /** Returns the policies that can be selected, by name. */
  public List<DiscoveredPolicy> policies() {
    return policies;
  }

  /**
   * Returns what cannot be selected: what failed to load, in the order in which it was met, then
   * the policies that share a name.
   */
  public List<LoadFailure> failures() {
    return failures;
  }

  /**
   * Returns the policy of a name.
   *
   * @throws InvalidInputException if there is none (the message lists the available names and what
   *     failed to load, and suggests the closest name) or several (the message names their jars)
   */
  public DiscoveredPolicy find(String name) {
    List<DiscoveredPolicy> same = byName.getOrDefault(name, List.of());
    if (same.size() == 1) {
      return same.get(0);
    }
    throw new InvalidInputException(same.isEmpty() ? unknown(name) : ambiguity(same));
  }

  private String unknown(String name) {
    List<String> names = policies.stream().map(DiscoveredPolicy::name).toList();
    Optional<String> nearest = NearestName.of(name, names);
    StringBuilder message = new StringBuilder("there is no policy '").append(name).append('\'');
    nearest.ifPresent(near -> message.append(" (did you mean ").append(near).append("?)"));
    message.append("; available: ").append(names.isEmpty() ? "none" : String.join(", ", names));
    if (!failures.isEmpty()) {
      message
          .append("; failed to load: ")
          .append(failures.stream().map(LoadFailure::toString).collect(Collectors.joining("; ")));
    }
    return message.toString();
  }

  private static String ambiguity(List<DiscoveredPolicy> same) {
    return "the name "
        + same.get(0).name()
        + " is taken by "
        + same.size()
        + " policies: "
        + same.stream()
            .sorted(Comparator.comparing(DiscoveredPolicy::location))
            .map(policy -> policy.className() + " in " + policy.location())
            .collect(Collectors.joining(" and "))
        + "; remove all jars but one";
  }
}
