package io.eplb.policies.ascend;

import io.eplb.api.EplbPolicy;
import io.eplb.api.kit.EplbPolicyContract;

/** Policy {@code ascend-default} keeps the contract. */
class AscendDefaultPolicyContractTest extends EplbPolicyContract {
  @Override
  protected EplbPolicy newPolicy() {
    return new AscendDefaultPolicy();
  }
}
