package io.eplb.api.contract;

import org.jspecify.annotations.Nullable;

/**
 * Rule P6: neither the layer nor a rank of it receives more experts than the migration budget
 * allows.
 */
final class WithinMigrationBudget implements LayerRule {
  @Override
  public Rule rule() {
    return Rule.P6;
  }

  @Override
  public @Nullable Breach firstBreach(LayerProposal proposal) {
    int perLayer = proposal.budget.maxMovesPerLayer();
    int perRank = proposal.budget.maxMovesPerRank();
    if (perLayer == 0 && perRank == 0) {
      return null;
    }
    int moved = 0;
    for (int rank = 0; rank < proposal.topology.ranks(); rank++) {
      int received = received(proposal, rank);
      if (perRank > 0 && received > perRank) {
        return proposal.breach(
            Rule.P6,
            rank,
            -1,
            "the rank receives " + received + " experts, at most " + allowed(perRank));
      }
      moved += received;
    }
    return perLayer > 0 && moved > perLayer
        ? proposal.breach(
            Rule.P6, -1, -1, "the layer moves " + moved + " experts, at most " + allowed(perLayer))
        : null;
  }

  private static String allowed(int limit) {
    return limit + (limit == 1 ? " is" : " are") + " allowed";
  }

  /** Counts the experts that a rank holds in the proposed row and not in the current one. */
  static int received(LayerProposal proposal, int rank) {
    int slots = proposal.topology.slotsPerRank();
    int held = proposal.newStamp();
    int[] stamps = proposal.stamps;
    int from = rank * slots;
    int to = from + slots;
    for (int slot = from; slot < to; slot++) {
      int expert = proposal.current[slot];
      if (expert >= 0) {
        stamps[expert] = held;
      }
    }
    int received = 0;
    for (int slot = from; slot < to; slot++) {
      int expert = proposal.proposed[slot];
      if (expert >= 0 && stamps[expert] != held) {
        stamps[expert] = held;
        received++;
      }
    }
    return received;
  }
}
