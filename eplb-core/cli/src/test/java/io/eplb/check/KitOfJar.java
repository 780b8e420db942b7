package io.eplb.check;

import io.eplb.api.EplbPolicy;
import io.eplb.api.Objective;
import io.eplb.api.kit.EplbPolicyContract;

/** The contract kit on the policy that is checked. */
class KitOfJar extends EplbPolicyContract {
  @Override
  protected EplbPolicy newPolicy() {
    return CheckedJar.newPolicy();
  }

  @Override
  protected boolean lowersPeaks() {
    return CheckedJar.newPolicy().traits().objective() == Objective.PEAK_LOAD;
  }
}
