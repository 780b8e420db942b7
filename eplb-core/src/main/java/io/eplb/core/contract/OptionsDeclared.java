package io.eplb.core.contract;

import io.eplb.api.InvalidInputException;
import io.eplb.api.PolicyOptions;
import io.eplb.core.foreign.PolicyDeclaration;

/** Rule I5: every option is one that the policy declares, of its type and in range. */
final class OptionsDeclared {
  private OptionsDeclared() {}

  /**
   * Returns the given options as the policy declares them, with its defaults for what is not given.
   *
   * @throws InvalidInputException if one is not declared, of another type or out of range
   */
  static PolicyOptions resolved(PolicyDeclaration policy, PolicyOptions given) {
    try {
      return PolicyOptions.of(policy.options(), given.asMap());
    } catch (InvalidInputException wrong) {
      throw new InvalidInputException("policy " + policy.name() + ": " + wrong.getMessage(), wrong);
    }
  }
}
