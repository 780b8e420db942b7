package io.eplb.cli.commands;

import io.eplb.api.EpTopology;
import io.eplb.api.InvalidInputException;
import io.eplb.api.PolicyOption;
import io.eplb.api.PolicyOptions;
import io.eplb.cli.arguments.PolicyList;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.contract.ContractSettings;
import io.eplb.core.contract.GuardedPolicy;
import io.eplb.core.registry.DiscoveredPolicy;
import io.eplb.core.registry.PolicyRegistry;
import io.eplb.core.simulation.Contender;
import io.eplb.core.simulation.PolicyContender;
import io.eplb.core.simulation.StaticContender;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes what {@code --policies} names: discovered policies, and the simulator's references. */
final class Contenders {
  /** The policy that the clairvoyant plans with. */
  private static final String NEAR_OPTIMAL = "incremental";

  /** How the options are called that limit transfers; 0 lifts the limit. */
  private static final String LIMIT = "max-moves";

  /** The option that hedges against an estimate that is wrong; a clairvoyant's is right. */
  private static final String HEDGE = "risk-aversion";

  private final PolicyRegistry registry;
  private final ContractSettings settings;
  private final EplbConfig config;
  private final long seed;

  /**
   * Prepares to look policies up.
   *
   * @param config whose policy options are those of the policy that it names
   */
  Contenders(PolicyRegistry registry, ContractSettings settings, EplbConfig config, long seed) {
    this.registry = registry;
    this.settings = settings;
    this.config = config;
    this.seed = seed;
  }

  /** A policy or reference with its options resolved, before the topology is known. */
  private record Chosen(PolicyList.Entry entry, DiscoveredPolicy policy, PolicyOptions options) {}

  /** Something that was found to exist. */
  @FunctionalInterface
  interface Entrant {
    /** Enters it for a topology. */
    Contender enter(EpTopology topology);
  }

  /**
   * Finds everything that is named and resolves its options, so that what is wrong is known before
   * anything is read.
   *
   * @throws InvalidInputException if a policy or an option does not exist or has no such value
   */
  List<Entrant> find(List<PolicyList.Entry> entries) {
    List<Entrant> entrants = new ArrayList<>();
    for (PolicyList.Entry entry : entries) {
      entrants.add(entrant(entry));
    }
    return entrants;
  }

  private Entrant entrant(PolicyList.Entry entry) {
    if (entry.name().equals(StaticContender.NAME)) {
      resolve(entry, List.of(), entry.options());
      return topology -> new StaticContender();
    }
    boolean clairvoyant =
        entry.name().equals(PolicyContender.CLAIRVOYANT)
            && registry.policies().stream().noneMatch(known -> known.name().equals(entry.name()));
    DiscoveredPolicy policy = clairvoyant ? nearOptimal() : registry.find(entry.name());
    Map<String, String> given =
        clairvoyant ? unrestrained(policy, entry.options()) : entry.options();
    Chosen chosen = new Chosen(entry, policy, resolve(entry, policy.options(), given));
    return topology -> enter(chosen, clairvoyant, topology);
  }

  private DiscoveredPolicy nearOptimal() {
    if (registry.policies().stream().noneMatch(known -> known.name().equals(NEAR_OPTIMAL))) {
      throw new InvalidInputException(
          "the reference clairvoyant plans with the policy "
              + NEAR_OPTIMAL
              + ", which was not found; leave clairvoyant out or add that policy's jar");
    }
    return registry.find(NEAR_OPTIMAL);
  }

  /** Lifts what was not given of the limits on transfers and of the caution. */
  private static Map<String, String> unrestrained(
      DiscoveredPolicy policy, Map<String, String> given) {
    Map<String, String> options = new LinkedHashMap<>();
    for (PolicyOption<?> option : policy.options()) {
      if (option.name().startsWith(LIMIT) || option.name().equals(HEDGE)) {
        boolean mayBeZero =
            option
                .minimum()
                .filter(least -> least instanceof Number number && number.doubleValue() <= 0.0)
                .isPresent();
        if (mayBeZero) {
          options.put(option.name(), "0");
        }
      }
    }
    options.putAll(given);
    return options;
  }

  private PolicyOptions resolve(
      PolicyList.Entry entry, List<PolicyOption<?>> declared, Map<String, String> given) {
    try {
      return entry.name().equals(config.policyName())
          ? config.resolveOptions(declared, given)
          : PolicyOptions.parse(declared, given);
    } catch (InvalidInputException wrong) {
      throw new InvalidInputException("policy " + entry.name() + ": " + wrong.getMessage(), wrong);
    }
  }

  private Contender enter(Chosen chosen, boolean clairvoyant, EpTopology topology) {
    GuardedPolicy guarded = new GuardedPolicy(chosen.policy()::newInstance, settings);
    String label = chosen.entry().text();
    return clairvoyant
        ? PolicyContender.clairvoyant(label, guarded, topology, chosen.options(), seed)
        : PolicyContender.of(label, guarded, topology, chosen.options(), seed);
  }
}
