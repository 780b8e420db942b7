package io.eplb.core.simulation;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.InvalidInputException;
import io.eplb.api.PolicyOption;
import io.eplb.api.PolicyOptions;
import io.eplb.api.TransferCosts;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.Settings;
import io.eplb.core.contract.ContractSettings;
import io.eplb.core.contract.GuardedPolicy;
import io.eplb.core.contract.PlanRequest;
import io.eplb.core.registry.DiscoveredPolicy;
import io.eplb.core.registry.PolicyRegistry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds contenders by name, for a simulation: the policies of a registry, and the references {@code
 * static} and {@code clairvoyant}. The clairvoyant plans with the policy {@value
 * Settings#DEFAULT_POLICY_NAME} and with every option that {@linkplain PolicyOption#unrestricted()
 * restricts} it set free.
 */
public final class Contenders {
  private final PolicyRegistry registry;
  private final ContractSettings settings;
  private final EplbConfig config;
  private final long seed;
  private final TransferCosts costs;

  /**
   * Creates the lookup, without costs of moves.
   *
   * @param registry stays open as long as the contenders are used
   * @param settings the guard of each policy
   * @param config the source of hints, and of the options of the policy that it names
   * @param seed the seed of random policies
   */
  public Contenders(
      PolicyRegistry registry, ContractSettings settings, EplbConfig config, long seed) {
    this(registry, settings, config, seed, TransferCosts.unknown());
  }

  private Contenders(
      PolicyRegistry registry,
      ContractSettings settings,
      EplbConfig config,
      long seed,
      TransferCosts costs) {
    this.registry = registry;
    this.settings = settings;
    this.config = config;
    this.seed = seed;
    this.costs = costs;
  }

  /** Returns this lookup with the costs of moving an expert, which policies are told. */
  public Contenders with(TransferCosts newCosts) {
    return new Contenders(registry, settings, config, seed, newCosts);
  }

  /** A contender that was found, before the topology is known. */
  @FunctionalInterface
  public interface Entrant {
    /** Makes the contender for a topology and the ranks as they are; the caller closes it. */
    Contender enter(EpTopology topology, EpRanks ranks);
  }

  /**
   * Finds a contender and resolves its options, so that faults are found before a trace is read.
   *
   * @param label the name to report it under
   * @param name a policy's or a reference's name
   * @param options its options by name
   * @throws InvalidInputException if the policy or an option does not exist or has no such value
   */
  public Entrant find(String label, String name, Map<String, String> options) {
    if (name.equals(StaticContender.NAME)) {
      resolve(name, List.of(), options);
      return (topology, ranks) -> new StaticContender();
    }
    if (name.equals(PolicyContender.CLAIRVOYANT) && !discovered(name)) {
      DiscoveredPolicy policy = nearOptimal();
      PolicyOptions free = resolve(name, policy.options(), unrestricted(policy, options));
      return (topology, ranks) ->
          PolicyContender.clairvoyant(
              label, guarded(policy), topology, request -> complete(request, ranks, free));
    }
    DiscoveredPolicy policy = registry.find(name);
    PolicyOptions resolved = resolve(name, policy.options(), options);
    return (topology, ranks) ->
        PolicyContender.of(
            label, guarded(policy), topology, request -> complete(request, ranks, resolved));
  }

  private PlanRequest.Builder complete(
      PlanRequest.Builder request, EpRanks ranks, PolicyOptions options) {
    return request
        .ranks(ranks)
        .options(options)
        .seed(seed)
        .costs(costs)
        .loadPhase(config.loadPhase())
        .dispatch(config.dispatch())
        .hints(config.hints());
  }

  private boolean discovered(String name) {
    return registry.policies().stream().anyMatch(policy -> policy.name().equals(name));
  }

  private GuardedPolicy guarded(DiscoveredPolicy policy) {
    return new GuardedPolicy(policy::newInstance, settings);
  }

  private DiscoveredPolicy nearOptimal() {
    if (!discovered(Settings.DEFAULT_POLICY_NAME)) {
      throw new InvalidInputException(
          ("the reference clairvoyant plans with the policy %s, which was not found; leave clairvoyant"
                  + " out or add that policy's jar")
              .formatted(Settings.DEFAULT_POLICY_NAME));
    }
    return registry.find(Settings.DEFAULT_POLICY_NAME);
  }

  /** Returns the given options, with every other option that restricts a plan set free. */
  private static Map<String, String> unrestricted(
      DiscoveredPolicy policy, Map<String, String> given) {
    Map<String, String> options = new LinkedHashMap<>();
    for (PolicyOption<?> option : policy.options()) {
      option.unrestricted().ifPresent(free -> options.put(option.name(), free.toString()));
    }
    options.putAll(given);
    return options;
  }

  private PolicyOptions resolve(
      String name, List<PolicyOption<?>> declared, Map<String, String> given) {
    try {
      return name.equals(config.policyName())
          ? config.resolveOptions(declared, given)
          : PolicyOptions.parse(declared, given);
    } catch (InvalidInputException wrong) {
      throw new InvalidInputException("policy " + name + ": " + wrong.getMessage(), wrong);
    }
  }
}
