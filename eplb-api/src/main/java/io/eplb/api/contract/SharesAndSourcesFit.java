package io.eplb.api.contract;

import io.eplb.api.Placement;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Rule P9: what an answer says beside a layer's row fits the row. The shares of an expert's
 * replicas sum to 1 and EMPTY slots have none; a rank that is to give an expert holds it now.
 *
 * <p>Example: expert 7 is in two slots, and their shares are ¾ and ¼. A source of 2 at one of them
 * needs rank 2 to hold expert 7 in the current table.
 */
final class SharesAndSourcesFit implements LayerRule {
  /** The error allowed in a sum of shares. */
  private static final double TOLERANCE = 1e-9;

  @Override
  public Rule rule() {
    return Rule.P9;
  }

  @Override
  public @Nullable Breach firstBreach(LayerProposal proposal) {
    Breach breach = proposal.hasShares ? ofShares(proposal) : null;
    return breach == null && proposal.hasSources ? ofSources(proposal) : breach;
  }

  private static @Nullable Breach ofShares(LayerProposal proposal) {
    double[] sums = proposal.shareSums;
    Arrays.fill(sums, 0.0);
    for (int slot = 0; slot < proposal.proposed.length; slot++) {
      int expert = proposal.proposed[slot];
      if (expert != Placement.EMPTY) {
        sums[expert] += proposal.shares[slot];
      } else if (proposal.shares[slot] != 0.0) {
        return breach(
            proposal, slot, "the slot is EMPTY (−1) and has a share of " + proposal.shares[slot]);
      }
    }
    for (int slot = 0; slot < proposal.proposed.length; slot++) {
      int expert = proposal.proposed[slot];
      if (expert != Placement.EMPTY && !(Math.abs(sums[expert] - 1.0) <= TOLERANCE)) {
        return breach(proposal, slot, "the shares of expert " + expert + " sum to " + sums[expert]);
      }
    }
    return null;
  }

  private static @Nullable Breach ofSources(LayerProposal proposal) {
    int slotsPerRank = proposal.topology.slotsPerRank();
    int[] next = proposal.nextOfSource;
    int[] first = proposal.firstOfSource;
    Arrays.fill(first, -1);
    int wrong = proposal.proposed.length;
    for (int slot = wrong - 1; slot >= 0; slot--) {
      int source = proposal.sources[slot];
      if (source >= 0 && source < first.length) {
        next[slot] = first[source];
        first[source] = slot;
      } else if (source != -1) {
        wrong = slot;
      }
    }
    for (int source = 0; source < first.length; source++) {
      int stamp = proposal.newStamp();
      for (int held = source * slotsPerRank; held < (source + 1) * slotsPerRank; held++) {
        if (proposal.current[held] != Placement.EMPTY) {
          proposal.stamps[proposal.current[held]] = stamp;
        }
      }
      for (int slot = first[source]; slot >= 0 && slot < wrong; slot = next[slot]) {
        int expert = proposal.proposed[slot];
        if (expert == Placement.EMPTY || proposal.stamps[expert] != stamp) {
          wrong = slot;
        }
      }
    }
    if (wrong == proposal.proposed.length) {
      return null;
    }
    int expert = proposal.proposed[wrong];
    return breach(
        proposal,
        wrong,
        expert == Placement.EMPTY
            ? "the slot is EMPTY (−1) and has the source " + proposal.sources[wrong]
            : "expert %s should come from rank %s, which does not hold it"
                .formatted(expert, proposal.sources[wrong]));
  }

  private static Breach breach(LayerProposal proposal, int slot, String what) {
    int slotsPerRank = proposal.topology.slotsPerRank();
    return proposal.breach(Rule.P9, slot / slotsPerRank, slot % slotsPerRank, what);
  }
}
