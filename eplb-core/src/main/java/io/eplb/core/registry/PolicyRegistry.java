package io.eplb.core.registry;

import io.eplb.api.InvalidInputException;
import io.eplb.api.NearestName;
import io.eplb.core.foreign.DeclarationCall;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The policies that were found, by name, and what could not be loaded: where an embedding program
 * gets its policies from. Immutable but for being closed.
 *
 * <p>Example:
 *
 * <pre>{@code
 * try (PolicyRegistry registry = PolicyRegistry.onClassPath()) {
 *   DiscoveredPolicy policy = registry.find("default");
 *   try (GuardedPolicy guarded =
 *       new GuardedPolicy(policy::newInstance, ContractSettings.defaults())) {
 *     ...
 *   }
 * }
 * }</pre>
 */
public final class PolicyRegistry implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PolicyRegistry.class);

  private final Map<String, List<DiscoveredPolicy>> byName;
  private final List<DiscoveredPolicy> policies;
  private final List<LoadFailure> failures;
  private final Runnable closing;

  private PolicyRegistry(PolicyScan scan, Runnable closing) {
    this.closing = closing;
    byName =
        new TreeMap<>(scan.found().stream().collect(Collectors.groupingBy(DiscoveredPolicy::name)));
    policies =
        byName.values().stream().filter(same -> same.size() == 1).map(same -> same.get(0)).toList();
    List<LoadFailure> all = new ArrayList<>(scan.failures());
    for (List<DiscoveredPolicy> same : byName.values()) {
      if (same.size() > 1) {
        for (DiscoveredPolicy policy : same) {
          all.add(
              new LoadFailure(policy.location(), Optional.of(policy.className()), ambiguity(same)));
        }
      }
    }
    failures = List.copyOf(all);
    policies.forEach(policy -> LOG.debug("found policy {}", policy));
    failures.forEach(failure -> LOG.warn("policy not loaded: {}", failure));
  }

  /** Finds the policies on the class path and on the module path. */
  public static PolicyRegistry onClassPath() {
    return open(List.of());
  }

  /**
   * Finds the policies on the class path, on the module path and in folders of jars.
   *
   * @param folders in the order in which they are searched; a jar that is met again, on the class
   *     path or through a symbolic link, counts once
   * @return a registry to be closed when its policies are no longer used
   * @throws InvalidInputException if a folder is missing, is no folder or cannot be read
   */
  public static PolicyRegistry open(List<PolicyFolder> folders) {
    return open(folders, DeclarationCall.LIMIT);
  }

  static PolicyRegistry open(List<PolicyFolder> folders, Duration declarationLimit) {
    List<Path> jars = folders.stream().flatMap(folder -> folder.jars().stream()).toList();
    PolicyScan scan = new PolicyScan(declarationLimit);
    ModuleLayer layer = PolicyRegistry.class.getModule().getLayer();
    scan.run(PolicySource.of(layer == null ? ModuleLayer.boot() : layer));
    ClassLoader loader = PolicyRegistry.class.getClassLoader();
    ClassPathSources.of(loader == null ? ClassLoader.getSystemClassLoader() : loader, scan)
        .forEach(scan::run);
    DropInJars dropIns = new DropInJars(scan);
    try {
      jars.forEach(dropIns::add);
      return new PolicyRegistry(scan, dropIns::close);
    } catch (Throwable broken) {
      dropIns.close();
      throw broken;
    }
  }

  /** Finds the policies that a class loader sees, its parents' included; leaves it open. */
  static PolicyRegistry of(ClassLoader loader) {
    PolicyScan scan = new PolicyScan(DeclarationCall.LIMIT);
    ClassPathSources.of(loader, scan).forEach(scan::run);
    return new PolicyRegistry(scan, () -> {});
  }

  /**
   * Finds the policies of some sources. What one class loader provides to several of them counts
   * once.
   */
  static PolicyRegistry of(List<PolicySource> sources) {
    PolicyScan scan = new PolicyScan(DeclarationCall.LIMIT);
    sources.forEach(scan::run);
    return new PolicyRegistry(scan, () -> {});
  }

  /**
   * Closes the class loaders of the jars that {@link #open(List)} found. Policies made from them
   * should be done with: classes that they have not loaded yet are missing from now on.
   */
  @Override
  public void close() {
    closing.run();
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
    String places =
        same.stream()
            .sorted(Comparator.comparing(DiscoveredPolicy::location))
            .map(policy -> policy.className() + " in " + policy.location())
            .collect(Collectors.joining(" and "));
    return "the name %s is taken by %d policies: %s; remove all jars but one"
        .formatted(same.get(0).name(), same.size(), places);
  }
}
