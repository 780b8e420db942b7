package io.eplb.policies.deepseek;

import io.eplb.api.EpTopology;
import io.eplb.policies.kernel.NodeShape;

/** The policy {@code global}: DeepSeek's EPLB over all ranks, without regard to nodes or groups. */
public final class GlobalPolicy extends DeepSeekPolicy {
  /** Creates the policy; it has no state. */
  public GlobalPolicy() {
    super("global");
  }

  @Override
  NodeShape shape(EpTopology topology) {
    return NodeShape.of(topology.experts(), 1, topology.ranks(), 1, topology.slotsPerRank());
  }
}
