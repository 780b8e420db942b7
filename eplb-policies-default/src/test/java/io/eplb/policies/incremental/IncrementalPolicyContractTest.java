package io.eplb.policies.incremental;

import io.eplb.api.EplbPolicy;
import io.eplb.api.kit.EplbPolicyContract;

/** Policy {@code incremental} keeps the contract. */
class IncrementalPolicyContractTest extends EplbPolicyContract {
  @Override
  protected EplbPolicy newPolicy() {
    return new IncrementalPolicy();
  }
}
