package io.eplb.api.contract;

import org.jspecify.annotations.Nullable;

/**
 * Rule P4: no rank holds two replicas of one expert, unless it can use more slots than there are
 * {@linkplain io.eplb.api.EpTopology#expertsAvailablePerRank() experts to choose from}.
 */
final class NoDuplicateOnRank implements LayerRule {
  @Override
  public Rule rule() {
    return Rule.P4;
  }

  @Override
  public @Nullable Breach firstBreach(LayerProposal proposal) {
    int slots = proposal.topology.slotsPerRank();
    int available = proposal.topology.expertsAvailablePerRank();
    int[] stamps = proposal.stamps;
    int[] proposed = proposal.proposed;
    boolean full = proposal.ranks.allSlotsUsable();
    for (int rank = 0; rank < proposal.topology.ranks(); rank++) {
      int usable = full ? slots : proposal.ranks.usableSlots(rank);
      if (usable > available) {
        continue;
      }
      int stamp = proposal.newStamp();
      for (int slot = 0; slot < usable; slot++) {
        int expert = proposed[rank * slots + slot];
        if (stamps[expert] == stamp) {
          return proposal.breach(
              Rule.P4, rank, slot, "expert " + expert + " is on this rank already");
        }
        stamps[expert] = stamp;
      }
    }
    return null;
  }
}
