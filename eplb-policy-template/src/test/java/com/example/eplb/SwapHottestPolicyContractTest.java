package com.example.eplb;

import io.eplb.api.EplbPolicy;
import io.eplb.api.kit.EplbPolicyContract;

/** The policy keeps every rule of the contract: the kit brings the tests. */
class SwapHottestPolicyContractTest extends EplbPolicyContract {
  @Override
  protected EplbPolicy newPolicy() {
    return new SwapHottestPolicy();
  }
}
