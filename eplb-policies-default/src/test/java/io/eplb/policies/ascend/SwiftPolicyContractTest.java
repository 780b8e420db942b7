package io.eplb.policies.ascend;

import io.eplb.api.EplbPolicy;
import io.eplb.api.kit.EplbPolicyContract;

/** Policy {@code swift} keeps the contract. */
class SwiftPolicyContractTest extends EplbPolicyContract {
  @Override
  protected EplbPolicy newPolicy() {
    return new SwiftPolicy();
  }
}
