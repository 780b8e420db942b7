package io.eplb.core.registry;

import com.google.common.base.Joiner;
import io.eplb.api.EplbPolicy;
import io.eplb.api.InvalidInputException;
import io.eplb.api.NearestName;
import io.eplb.api.PolicyException;
import io.eplb.api.wording.OneLine;
import io.eplb.core.foreign.DeclarationCall;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The policies that were discovered, by name, and the failures to load others. An embedding program
 * gets its policies here. A policy is initialised when its name is asked for, see the package's
 * text. Safe for use by several threads.
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

  private final List<PolicyCandidate> candidates;
  private final Duration declarationLimit;
  private final Runnable closing;

  PolicyRegistry(PolicyScan scan, Duration declarationLimit, Runnable closing) {
    this.candidates = List.copyOf(scan.candidates());
    this.declarationLimit = declarationLimit;
    this.closing = closing;
    candidates.forEach(PolicyRegistry::logFailure);
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
    return open(folders, null, DeclarationCall.LIMIT);
  }

  /**
   * Finds the policies as {@link #open(List)} does, to run them in another home than this process.
   * No code of a policy runs in this process then.
   *
   * @param home makes all instances of the policies
   */
  public static PolicyRegistry open(List<PolicyFolder> folders, PolicyHome home) {
    return open(folders, home, DeclarationCall.LIMIT);
  }

  static PolicyRegistry open(
      List<PolicyFolder> folders, @Nullable PolicyHome home, Duration declarationLimit) {
    List<Path> jars = folders.stream().flatMap(folder -> folder.jars().stream()).toList();
    PolicyScan scan = new PolicyScan(home);
    searchProgram(scan);
    DropInJars dropIns = new DropInJars(scan);
    try {
      jars.forEach(dropIns::add);
      return new PolicyRegistry(scan, declarationLimit, dropIns::close);
    } catch (Throwable broken) {
      dropIns.close();
      throw broken;
    }
  }

  /**
   * Finds the policies of one jar alone, as of a policy folder.
   *
   * @return a registry to be closed when its policies are no longer used
   */
  public static PolicyRegistry ofJar(Path jar) {
    PolicyScan scan = new PolicyScan(null);
    DropInJars dropIns = new DropInJars(scan);
    dropIns.add(jar);
    return new PolicyRegistry(scan, DeclarationCall.LIMIT, dropIns::close);
  }

  private static void searchProgram(PolicyScan scan) {
    ModuleLayer layer = PolicyRegistry.class.getModule().getLayer();
    scan.run(PolicySource.of(layer == null ? ModuleLayer.boot() : layer));
    ClassLoader loader = PolicyRegistry.class.getClassLoader();
    ClassPathSources.search(loader == null ? ClassLoader.getSystemClassLoader() : loader, scan);
  }

  /**
   * Makes an instance of one policy in this process, for as long as the process lives; a {@link
   * PolicyHome} calls this in the process that it started.
   *
   * @throws PolicyException if the class is not there any more; whatever its constructor throws is
   *     thrown on
   */
  public static EplbPolicy load(PolicyClass policy) {
    PolicyScan scan = new PolicyScan(null);
    policy.jar().ifPresentOrElse(new DropInJars(scan)::add, () -> searchProgram(scan));
    return scan.candidates().stream()
        .map(PolicyCandidate::instances)
        .flatMap(Stream::ofNullable)
        .filter(instances -> instances.type().getName().equals(policy.className()))
        .findFirst()
        .orElseThrow(() -> new PolicyException("its class is not found any more"))
        .make();
  }

  /**
   * Closes the class loaders of the jars that {@link #open(List)} found. Policies made from them
   * must not be used any more: they can load no further class.
   */
  @Override
  public synchronized void close() {
    candidates.forEach(PolicyCandidate::close);
    closing.run();
  }

  /** Returns the policies that can be selected, by name. Initialises all that were discovered. */
  public List<DiscoveredPolicy> policies() {
    return byName(candidates).values().stream()
        .filter(same -> same.size() == 1)
        .map(same -> same.get(0))
        .toList();
  }

  /**
   * Returns the policies that cannot be selected: first the failures to load, in the order of the
   * search, then the policies that share a name. Initialises all that were discovered.
   */
  public List<LoadFailure> failures() {
    Map<String, List<DiscoveredPolicy>> all = byName(candidates);
    List<LoadFailure> failures = new ArrayList<>();
    for (PolicyCandidate candidate : candidates) {
      if (candidate.failure() != null) {
        failures.add(candidate.failure());
      }
    }
    all.values().stream()
        .filter(same -> same.size() > 1)
        .forEach(same -> same.forEach(policy -> failures.add(ambiguous(policy, same))));
    return List.copyOf(failures);
  }

  /**
   * Returns the policy of a name. Initialises the policies whose class files have the name among
   * their string literals; the others only if none of those has it.
   *
   * @throws InvalidInputException if there is none (the message lists the available names and the
   *     failures to load, and suggests the closest name) or several (the message names their jars)
   * @throws PolicyException if policies run elsewhere, and the only one that has the name failed
   *     there
   */
  public DiscoveredPolicy find(String name) {
    List<PolicyCandidate> likely =
        candidates.stream().filter(candidate -> candidate.mentions(name)).toList();
    List<DiscoveredPolicy> same = named(name, likely);
    if (same.isEmpty()) {
      requireNoneFailedElsewhere(name, likely);
      same = named(name, candidates);
    }
    if (same.size() == 1) {
      return same.get(0);
    }
    throw new InvalidInputException(same.isEmpty() ? unknown(name) : ambiguity(same));
  }

  /** Blames the policy for what happens in a process of its own, as during a plan. */
  private static void requireNoneFailedElsewhere(String name, List<PolicyCandidate> likely) {
    likely.stream()
        .filter(PolicyCandidate::failedElsewhere)
        .findFirst()
        .ifPresent(
            failed -> {
              throw new PolicyException(
                  "policy %s cannot be loaded: %s".formatted(name, failed.failure()));
            });
  }

  private List<DiscoveredPolicy> named(String name, List<PolicyCandidate> some) {
    return byName(some).getOrDefault(name, List.of());
  }

  private synchronized Map<String, List<DiscoveredPolicy>> byName(List<PolicyCandidate> some) {
    ask(some);
    return new TreeMap<>(
        some.stream()
            .map(PolicyCandidate::found)
            .flatMap(Stream::ofNullable)
            .collect(Collectors.groupingBy(DiscoveredPolicy::name)));
  }

  /**
   * Asks candidates for their names and options, those of different jars at the same time. Those of
   * one jar are asked one after the other: their static initialisers may wait for each other.
   */
  private void ask(List<PolicyCandidate> some) {
    List<PolicyCandidate> waiting = some.stream().filter(PolicyCandidate::unasked).toList();
    while (!waiting.isEmpty()) {
      Set<String> jars = new HashSet<>();
      Map<Boolean, List<PolicyCandidate>> split =
          waiting.stream().collect(Collectors.partitioningBy(one -> jars.add(one.location())));
      List<PolicyCandidate> together = split.getOrDefault(true, List.of());
      together.forEach(candidate -> candidate.begin(declarationLimit));
      together.forEach(PolicyCandidate::settle);
      together.forEach(PolicyRegistry::logFailure);
      waiting = split.getOrDefault(false, List.of());
    }
  }

  private static void logFailure(PolicyCandidate candidate) {
    if (candidate.failure() != null) {
      LOG.warn("policy not loaded: {}", candidate.failure());
    }
  }

  private String unknown(String name) {
    List<LoadFailure> failures = failures();
    List<String> names = policies().stream().map(DiscoveredPolicy::name).toList();
    return "there is no policy '%s'%s; available: %s%s"
        .formatted(
            OneLine.brief(name),
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
