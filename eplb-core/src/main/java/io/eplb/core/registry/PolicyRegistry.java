package io.eplb.core.registry;

import com.google.common.base.Joiner;
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
 * The policies that were found, by name, and the failures to load others. An embedding program gets
 * its policies here. Immutable until it is closed.
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

  PolicyRegistry(PolicyScan scan, Runnable closing) {
    this.closing = closing;
    byName =
        new TreeMap<>(scan.found().stream().collect(Collectors.groupingBy(DiscoveredPolicy::name)));
    policies =
        byName.values().stream().filter(same -> same.size() == 1).map(same -> same.get(0)).toList();
    List<LoadFailure> all = new ArrayList<>(scan.failures());
    byName.values().stream()
        .filter(same -> same.size() > 1)
        .forEach(same -> same.forEach(policy -> all.add(ambiguous(policy, same))));
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
    ClassPathSources.search(loader == null ? ClassLoader.getSystemClassLoader() : loader, scan);
    DropInJars dropIns = new DropInJars(scan);
    try {
      jars.forEach(dropIns::add);
      return new PolicyRegistry(scan, dropIns::close);
    } catch (Throwable broken) {
      dropIns.close();
      throw broken;
    }
  }

  /**
   * Closes the class loaders of the jars that {@link #open(List)} found. Policies made from them
   * must not be used any more: they can load no further class.
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
   * Returns the policies that cannot be selected: first the failures to load, in the order of the
   * search, then the policies that share a name.
   */
  public List<LoadFailure> failures() {
    return failures;
  }

  /**
   * Returns the policy of a name.
   *
   * @throws InvalidInputException if there is none (the message lists the available names and the
   *     failures to load, and suggests the closest name) or several (the message names their jars)
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
    return "there is no policy '%s'%s; available: %s%s"
        .formatted(
            name,
            NearestName.of(name, names).map(" (did you mean %s?)"::formatted).orElse(""),
            names.isEmpty() ? "none" : String.join(", ", names),
            failures.isEmpty() ? "" : "; failed to load: " + Joiner.on("; ").join(failures));
  }

  private static LoadFailure ambiguous(DiscoveredPolicy policy, List<DiscoveredPolicy> same) {
    return new LoadFailure(policy.location(), Optional.of(policy.className()), ambiguity(same));
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
