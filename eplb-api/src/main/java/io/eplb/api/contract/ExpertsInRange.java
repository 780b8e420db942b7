package io.eplb.api.contract;

import org.jspecify.annotations.Nullable;

/** Rule P2: every slot holds an expert that exists. */
final class ExpertsInRange implements LayerRule {
  @Override
  public Rule rule() {
    return Rule.P2;
  }

  @Override
  public @Nullable Breach firstBreach(LayerProposal proposal) {
    int experts = proposal.topology.experts();
    int[] proposed = proposal.proposed;
    for (int physical = 0; physical < proposed.length; physical++) {
      int expert = proposed[physical];
      if (expert < 0 || expert >= experts) {
        int slots = proposal.topology.slotsPerRank();
        return proposal.breach(
            Rule.P2,
            physical / slots,
            physical % slots,
            "expert " + expert + " does not exist, experts are 0 to " + (experts - 1));
      }
    }
    return null;
  }
}
