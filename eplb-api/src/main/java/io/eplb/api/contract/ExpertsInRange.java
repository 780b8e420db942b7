package io.eplb.api.contract;

import io.eplb.api.Placement;
import io.eplb.api.wording.Counted;
import org.jspecify.annotations.Nullable;

/** Rule P2: every slot that its rank can use holds an expert that exists, every other is EMPTY. */
final class ExpertsInRange implements LayerRule {
  @Override
  public Rule rule() {
    return Rule.P2;
  }

  @Override
  public @Nullable Breach firstBreach(LayerProposal proposal) {
    int experts = proposal.topology.experts();
    int slots = proposal.topology.slotsPerRank();
    int[] proposed = proposal.proposed;
    if (proposal.ranks.allSlotsUsable() && allInRange(proposed, experts)) {
      return null;
    }
    for (int rank = 0; rank < proposal.topology.ranks(); rank++) {
      int usable = proposal.ranks.usableSlots(rank);
      for (int slot = 0; slot < usable; slot++) {
        int expert = proposed[rank * slots + slot];
        if (expert < 0 || expert >= experts) {
          return proposal.breach(
              Rule.P2,
              rank,
              slot,
              expert == Placement.EMPTY
                  ? "the slot is EMPTY (−1), and the rank can use it"
                  : "expert " + expert + " does not exist, experts are 0 to " + (experts - 1));
        }
      }
      for (int slot = usable; slot < slots; slot++) {
        int expert = proposed[rank * slots + slot];
        if (expert != Placement.EMPTY) {
          return proposal.breach(
              Rule.P2,
              rank,
              slot,
              "the slot holds expert "
                  + expert
                  + ", and the rank "
                  + (usable == 0
                      ? "is dead"
                      : "can use its first " + Counted.of(usable, "slot") + " alone"));
        }
      }
    }
    return null;
  }

  private static boolean allInRange(int[] proposed, int experts) {
    for (int expert : proposed) {
      if (expert < 0 || expert >= experts) {
        return false;
      }
    }
    return true;
  }
}
