package io.eplb.policies.deepseek;

import io.eplb.api.EplbPolicy;
import io.eplb.api.PolicyOptions;
import io.eplb.api.kit.EplbPolicyContract;

/** Policy {@code default} keeps the contract. */
class DefaultPolicyContractTest extends EplbPolicyContract {
  @Override
  protected EplbPolicy newPolicy() {
    return new DefaultPolicy();
  }

  @Override
  protected boolean mayPlaceDuplicates(PolicyOptions options) {
    return options.get(DeepSeekPolicy.EXACT_REFERENCE);
  }

  /** Each group must move to one node; the current table may spread it. */
  @Override
  protected boolean mayRaisePeaks() {
    return true;
  }
}
