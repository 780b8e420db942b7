package io.eplb.policies.deepseek;

import io.eplb.api.EplbPolicy;
import io.eplb.api.PolicyOptions;
import io.eplb.api.kit.EplbPolicyContract;

/** Policy {@code global} keeps the contract. */
class GlobalPolicyContractTest extends EplbPolicyContract {
  @Override
  protected EplbPolicy newPolicy() {
    return new GlobalPolicy();
  }

  @Override
  protected boolean mayPlaceDuplicates(PolicyOptions options) {
    return options.get(DeepSeekPolicy.EXACT_REFERENCE);
  }
}
