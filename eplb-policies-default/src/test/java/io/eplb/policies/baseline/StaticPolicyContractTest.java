package io.eplb.policies.baseline;

import io.eplb.api.EplbPolicy;
import io.eplb.api.kit.EplbPolicyContract;

/** Policy {@code static} keeps the contract. */
class StaticPolicyContractTest extends EplbPolicyContract {
  @Override
  protected EplbPolicy newPolicy() {
    return new StaticPolicy();
  }

  @Override
  protected boolean lowersPeaks() {
    return false;
  }
}
