import io.eplb.policies.ascend.AscendDefaultPolicy;
import io.eplb.policies.ascend.SwiftPolicy;
import io.eplb.policies.baseline.RandomPolicy;
import io.eplb.policies.baseline.StaticPolicy;
import io.eplb.policies.deepseek.DefaultPolicy;
import io.eplb.policies.deepseek.GlobalPolicy;
import io.eplb.policies.deepseek.HierarchicalPolicy;
import io.eplb.policies.flashlb.FlashlbPolicy;
import io.eplb.policies.incremental.IncrementalPolicy;

/** The policies that ship with EPLB for Java. */
module io.eplb.policies {
  requires static org.jspecify;
  requires io.eplb.api;

  provides io.eplb.api.EplbPolicy with
      DefaultPolicy,
      GlobalPolicy,
      HierarchicalPolicy,
      AscendDefaultPolicy,
      SwiftPolicy,
      FlashlbPolicy,
      RandomPolicy,
      StaticPolicy,
      IncrementalPolicy;
}
