package io.eplb.api.contract;

import org.jspecify.annotations.Nullable;

/** Rule P5: a layer that is not marked as changed equals the current one. */
final class UnmarkedLayerUnchanged implements LayerRule {
  @Override
  public Rule rule() {
    return Rule.P5;
  }

  @Override
  public @Nullable Breach firstBreach(LayerProposal proposal) {
    if (proposal.marked) {
      return null;
    }
    int slots = proposal.topology.slotsPerRank();
    for (int physical = 0; physical < proposal.current.length; physical++) {
      if (proposal.current[physical] != proposal.proposed[physical]) {
        return proposal.breach(
            Rule.P5,
            physical / slots,
            physical % slots,
            "expert %s became %s, but the layer is not in the layer priority"
                .formatted(proposal.current[physical], proposal.proposed[physical]));
      }
    }
    return proposal.saysMore()
        ? proposal.breach(
            Rule.P5,
            -1,
            -1,
            "the answer gives %s for the layer, which is not in the layer priority"
                .formatted(proposal.hasShares ? "shares" : "sources"))
        : null;
  }
}
