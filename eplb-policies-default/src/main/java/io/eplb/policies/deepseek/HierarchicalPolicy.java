package io.eplb.policies.deepseek;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.UnsupportedRequestException;
import io.eplb.policies.kernel.RankParts;

/**
 * The policy {@code hierarchical}: DeepSeek's EPLB node by node, each expert group on one node.
 *
 * <p>The nodes must divide the expert groups; where they do not, {@code default} places globally.
 * Where the ranks of a node can no longer use enough slots for its groups, as few nodes as possible
 * share theirs; {@code default} places such a layer globally too.
 */
public final class HierarchicalPolicy extends DeepSeekPolicy {
  /** Creates the policy; it has no state. */
  public HierarchicalPolicy() {
    super("hierarchical");
  }

  @Override
  EpTopology view(EpTopology topology) {
    if (!topology.hierarchical()) {
      throw new UnsupportedRequestException(
          ("it keeps each expert group on one node, but %d nodes do not divide %d"
                  + " groups; use policy default or global, or groups that the nodes divide")
              .formatted(topology.nodes(), topology.expertGroups()));
    }
    return topology;
  }

  @Override
  RankParts parts(EpTopology topology, EpRanks ranks) {
    return RankParts.ofNodes(topology, ranks);
  }
}
