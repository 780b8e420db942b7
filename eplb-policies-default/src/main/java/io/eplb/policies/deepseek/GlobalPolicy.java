package io.eplb.policies.deepseek;

import io.eplb.api.EpTopology;

/** The policy {@code global}: DeepSeek's EPLB over all ranks, without regard to nodes or groups. */
public final class GlobalPolicy extends DeepSeekPolicy {
  /** Creates the policy; it has no state. */
  public GlobalPolicy() {
    super("global");
  }

  @Override
  EpTopology view(EpTopology topology) {
    return EpTopology.of(topology.experts(), topology.ranks(), 1, 1, topology.slotsPerRank());
  }
}
