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
    return options.get(DeepSeekRebalance.EXACT_REFERENCE);
  }

  /** Groups are pinned to nodes, which the current table need not do. */
  @Override
  protected boolean mayRaisePeaks() {
    return true;
  }
}
