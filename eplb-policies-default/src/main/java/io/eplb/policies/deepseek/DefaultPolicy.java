package io.eplb.policies.deepseek;

import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyOption;
import io.eplb.api.Rebalance;
import java.util.List;

/**
 * Policy {@code default}: DeepSeek's EPLB, hierarchical where whole expert groups fit onto nodes,
 * else global.
 */
public final class DefaultPolicy implements EplbPolicy {
  /** Creates the policy. */
  public DefaultPolicy() {}

  @Override
  public String name() {
    return "default";
  }

  @Override
  public List<PolicyOption<?>> options() {
    return List.of(DeepSeekRebalance.EXACT_REFERENCE);
  }

  @Override
  public Rebalance rebalanceExperts(
      ExpertTable currentExpertTable, ExpertWorkload expertWorkload, PolicyContext context) {
    return DeepSeekRebalance.rebalance(currentExpertTable, expertWorkload, context, true);
  }
}
