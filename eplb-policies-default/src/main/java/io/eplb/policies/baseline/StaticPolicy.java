package io.eplb.policies.baseline;

import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.PolicyContext;
import io.eplb.api.Rebalance;

/** The policy {@code static}: always keeps the current table. */
public final class StaticPolicy implements EplbPolicy {
  /** Creates the policy; it has no state. */
  public StaticPolicy() {}

  @Override
  public String name() {
    return "static";
  }

  @Override
  public Rebalance rebalanceExperts(
      ExpertTable currentExpertTable, ExpertWorkload expertWorkload, PolicyContext context) {
    return Rebalance.unchanged(currentExpertTable);
  }
}
