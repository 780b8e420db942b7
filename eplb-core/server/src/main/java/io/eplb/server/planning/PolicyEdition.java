package io.eplb.server.planning;

import io.eplb.api.PolicyOptions;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.RankSettings;
import io.eplb.core.load.Weighting;
import io.eplb.core.registry.DiscoveredPolicy;
import io.eplb.core.registry.PolicyRegistry;
import io.eplb.core.selection.PolicySelection;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The settings in force between two reloads, and the policies found by them. Immutable but for its
 * users: it is closed when it has been replaced and its last user has gone.
 */
final class PolicyEdition {
  private final PlanSettings settings;
  private final Weighting weighting;
  private final RankSettings ranks;
  private final PolicyRegistry registry;
  private final Map<String, DiscoveredPolicy> found = new ConcurrentHashMap<>();

  /** The users, the service itself among them until it replaces this; guarded by this. */
  private int users = 1;

  private PolicyEdition(
      PlanSettings settings, Weighting weighting, RankSettings ranks, PolicyRegistry registry) {
    this.settings = settings;
    this.weighting = weighting;
    this.ranks = ranks;
    this.registry = registry;
  }

  /**
   * Finds the policies and checks the settings as a whole.
   *
   * @return an edition with one user
   * @throws io.eplb.api.EplbException if the policy, one of its options or a file does not exist or
   *     is wrong
   */
  static PolicyEdition open(PlanSettings settings) {
    EplbConfig config = settings.config();
    Weighting weighting = config.weighting();
    RankSettings ranks = RankSettings.of(config, InputStream.nullInputStream());
    PolicyRegistry registry = PolicySelection.open(settings.policyFolders(), config);
    try {
      DiscoveredPolicy policy = PolicySelection.find(registry, config);
      config.resolveOptions(policy.options(), settings.policyOptions());
      return new PolicyEdition(settings, weighting, ranks, registry);
    } catch (Throwable wrong) {
      registry.close();
      throw wrong;
    }
  }

  /** Adds a user, which keeps the policies usable until it {@linkplain #leave leaves}. */
  synchronized void enter() {
    users++;
  }

  /** Ends a use; the last one closes the policies. */
  void leave() {
    synchronized (this) {
      users--;
      if (users > 0) {
        return;
      }
    }
    registry.close();
  }

  PlanSettings settings() {
    return settings;
  }

  EplbConfig config() {
    return settings.config();
  }

  Weighting weighting() {
    return weighting;
  }

  RankSettings ranks() {
    return ranks;
  }

  /** Returns all policies, by name. Initialises those that were not yet. */
  List<DiscoveredPolicy> policies() {
    return registry.policies();
  }

  /**
   * Returns the policy of a name.
   *
   * @throws io.eplb.api.InvalidInputException if there is none, or several
   * @throws io.eplb.api.PolicyException if it failed where it runs
   */
  DiscoveredPolicy find(String name) {
    DiscoveredPolicy policy = found.get(name);
    if (policy == null) {
      policy = registry.find(name);
      found.put(name, policy);
    }
    return policy;
  }

  /** Returns the name of the policy that a question is for. */
  String policyName(PlanAsk ask) {
    return ask.policy().orElseGet(config()::policyName);
  }

  /**
   * Returns the options of a question: its own, over those of the settings if it is for the
   * configured policy.
   *
   * @throws io.eplb.api.InvalidInputException if one is not declared, or out of range
   */
  PolicyOptions options(PlanAsk ask, DiscoveredPolicy policy) {
    if (!policy.name().equals(config().policyName())) {
      return PolicyOptions.parse(policy.options(), ask.options());
    }
    Map<String, String> given = new HashMap<>(settings.policyOptions());
    given.putAll(ask.options());
    return config().resolveOptions(policy.options(), given);
  }
}
