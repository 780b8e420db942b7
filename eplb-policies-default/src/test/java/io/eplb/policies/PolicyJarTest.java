package io.eplb.policies;

import io.eplb.api.kit.architecture.PolicyJarContract;
import io.eplb.policies.deepseek.DefaultPolicy;

/** The jar of the policies that ship is one that any core can load. */
class PolicyJarTest extends PolicyJarContract {
  PolicyJarTest() {
    super(DefaultPolicy.class);
  }
}
