package io.eplb.policies.deepseek;

import io.eplb.api.EpTopology;
import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.InvalidInputException;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyOption;
import io.eplb.api.Rebalance;
import java.util.List;

/**
 * Policy {@code hierarchical}: DeepSeek's EPLB node by node, each expert group on one node.
 *
 * <p>It needs nodes that divide the expert groups; {@code default} falls back to global placement
 * instead.
 */
public final class HierarchicalPolicy implements EplbPolicy {
  /** Creates the policy. */
  public HierarchicalPolicy() {}

  @Override
  public String name() {
    return "hierarchical";
  }

  @Override
  public List<PolicyOption<?>> options() {
    return List.of(DeepSeekRebalance.EXACT_REFERENCE);
  }

  @Override
  public Rebalance rebalanceExperts(
      ExpertTable currentExpertTable, ExpertWorkload expertWorkload, PolicyContext context) {
    EpTopology topology = context.topology();
    if (!topology.hierarchical()) {
      throw new InvalidInputException(
          "policy hierarchical keeps each expert group on one node, but "
              + topology.nodes()
              + " nodes do not divide "
              + topology.expertGroups()
              + " groups; use policy default or global, or groups that the nodes divide");
    }
    return DeepSeekRebalance.rebalance(currentExpertTable, expertWorkload, context, true);
  }
}
