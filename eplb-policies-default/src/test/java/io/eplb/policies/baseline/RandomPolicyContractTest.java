package io.eplb.policies.baseline;

import io.eplb.api.EplbPolicy;
import io.eplb.api.kit.EplbPolicyContract;

/** Policy {@code random} keeps the contract. */
class RandomPolicyContractTest extends EplbPolicyContract {
  @Override
  protected EplbPolicy newPolicy() {
    return new RandomPolicy();
  }

  @Override
  protected boolean lowersPeaks() {
    return false;
  }
}
