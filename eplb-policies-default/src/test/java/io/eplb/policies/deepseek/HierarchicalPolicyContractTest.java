package io.eplb.policies.deepseek;

import io.eplb.api.EpTopology;
import io.eplb.api.EplbPolicy;
import io.eplb.api.PolicyOptions;
import io.eplb.api.kit.EplbPolicyContract;

/** Policy {@code hierarchical} keeps the contract. */
class HierarchicalPolicyContractTest extends EplbPolicyContract {
  @Override
  protected EplbPolicy newPolicy() {
    return new HierarchicalPolicy();
  }

  @Override
  protected boolean mayPlaceDuplicates(PolicyOptions options) {
    return options.get(DeepSeekRebalance.EXACT_REFERENCE);
  }

  @Override
  protected boolean refuses(EpTopology topology) {
    return !topology.hierarchical();
  }

  /** Groups are pinned to nodes, which the current table need not do. */
  @Override
  protected boolean mayRaisePeaks() {
    return true;
  }
}
