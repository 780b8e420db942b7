package com.example.eplb;

import io.eplb.api.kit.architecture.PolicyJarContract;

/**
 * The jar is one that any core can load: the kit brings the ArchUnit rules. It runs after
 * packaging, so that it judges what is in the jar, a library that is shaded in included.
 */
class SwapHottestPolicyArchitectureIT extends PolicyJarContract {
  SwapHottestPolicyArchitectureIT() {
    super(SwapHottestPolicy.class);
  }
}
