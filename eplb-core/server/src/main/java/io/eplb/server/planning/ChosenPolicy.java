package io.eplb.server.planning;

import io.eplb.api.InvalidInputException;
import io.eplb.api.PolicyException;
import io.eplb.api.PolicyOptions;
import io.eplb.core.registry.DiscoveredPolicy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The policy that a question is for.
 *
 * @param name its name
 * @param found the policy; empty if it failed before it could be asked
 * @param options its options in force
 * @param failure the reason if it was not found
 */
record ChosenPolicy(
    String name, Optional<DiscoveredPolicy> found, PolicyOptions options, String failure) {
  /**
   * Finds the policy of a question.
   *
   * @throws InvalidInputException if there is no policy of that name, or an option is wrong
   */
  static ChosenPolicy of(PlanAsk ask, PolicyEdition edition) {
    String name = edition.policyName(ask);
    DiscoveredPolicy found;
    try {
      found = edition.find(name);
    } catch (PolicyException broken) {
      return new ChosenPolicy(
          name,
          Optional.empty(),
          PolicyOptions.defaults(List.of()),
          String.valueOf(broken.getMessage()));
    }
    return new ChosenPolicy(name, Optional.of(found), edition.options(ask, found), "");
  }

  /** Returns the options as texts, by name. */
  Map<String, String> optionTexts() {
    Map<String, String> texts = new TreeMap<>();
    options.asMap().forEach((option, value) -> texts.put(option, String.valueOf(value)));
    return texts;
  }
}
