package com.example.eplb;

import io.eplb.api.kit.architecture.PolicyJarContract;

/** The jar is one that any core can load: the kit brings the ArchUnit rules. */
class SwapHottestPolicyArchitectureTest extends PolicyJarContract {
  SwapHottestPolicyArchitectureTest() {
    super(SwapHottestPolicy.class);
  }
}
