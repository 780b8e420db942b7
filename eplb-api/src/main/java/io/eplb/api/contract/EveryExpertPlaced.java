package io.eplb.api.contract;

import io.eplb.api.Placement;
import org.jspecify.annotations.Nullable;

/** Rule P3: no expert is lost. Experts are on ranks that live, or rule P2 is broken. */
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
    boolean full = proposal.ranks.allSlotsUsable();
    for (int expert : proposal.proposed) {
      if ((full || expert != Placement.EMPTY) && stamps[expert] != stamp) {
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
