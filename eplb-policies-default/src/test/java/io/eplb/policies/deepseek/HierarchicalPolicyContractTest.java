package io.eplb.policies.deepseek;

import io.eplb.api.EpTopology;
import io.eplb.api.EplbPolicy;

/** Policy {@code hierarchical} keeps the contract, where nodes divide the groups. */
class HierarchicalPolicyContractTest extends DefaultPolicyContractTest {
  @Override
  protected EplbPolicy newPolicy() {
    return new HierarchicalPolicy();
  }

  @Override
  protected boolean refuses(EpTopology topology) {
    return !topology.hierarchical();
  }
}
