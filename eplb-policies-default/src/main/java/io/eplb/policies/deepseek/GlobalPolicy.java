package io.eplb.policies.deepseek;

import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyOption;
import io.eplb.api.Rebalance;
import java.util.List;

/** Policy {@code global}: DeepSeek's EPLB over all ranks at once, whatever the nodes and groups. */
public final class GlobalPolicy implements EplbPolicy {
  /** Creates the policy. */
  public GlobalPolicy() {}

  @Override
  public String name() {
    return "global";
  }

  @Override
  public List<PolicyOption<?>> options() {
    return List.of(DeepSeekRebalance.EXACT_REFERENCE);
  }

  @Override
  public Rebalance rebalanceExperts(
      ExpertTable currentExpertTable, ExpertWorkload expertWorkload, PolicyContext context) {
    return DeepSeekRebalance.rebalance(currentExpertTable, expertWorkload, context, false);
  }
}
