package io.eplb.api.contract;

import org.jspecify.annotations.Nullable;

/** Rule P3: no expert is lost. */
final class EveryExpertPlaced implements LayerRule {
  @Override
  public Rule rule() {
    return Rule.P3;
  }

  @Override
  public @Nullable Breach firstBreach(LayerProposal proposal) {
    int stamp = proposal.newStamp();
    int[] stamps = proposal.stamps;
    int placed = 0;
    for (int expert : proposal.proposed) {
      if (stamps[expert] != stamp) {
        stamps[expert] = stamp;
        placed++;
      }
    }
    if (placed == stamps.length) {
      return null;
    }
    int missing = 0;
    while (stamps[missing] == stamp) {
      missing++;
    }
    int more = stamps.length - placed - 1;
    return proposal.breach(
        Rule.P3,
        -1,
        -1,
        "expert " + missing + (more > 0 ? " and " + more + " more have" : " has") + " no slot");
  }
}
