package io.eplb.policies.incremental.step;

import io.eplb.policies.incremental.layer.Assignment;
import io.eplb.policies.incremental.layer.LayerBudget;
import io.eplb.policies.incremental.layer.LayerState;
import io.eplb.policies.incremental.layer.RankBurdens;
import io.eplb.policies.incremental.layer.Transfers;

/**
 * Finds the best replication: one more replica of an expert in place of another expert's.
 * Candidates are ordered by an approximation that adds separate effects and ignores joint
 * deviations. The best few are then computed exactly.
 */
final class ReplicationSearch {
  private static final int DONORS = 4;
  private static final int RECEIVERS = 4;
  private static final int TRIALS = 4;
  private static final int DIRECT_PRICE = 1;
  private static final int RELAY_PRICE = 2;

  /** The factor by which the approximation may be too small for a step that is still tried. */
  private static final double OPTIMISM = 1.2;

  private static final double ROUNDING = 1e-12;

  private final LayerState state;
  private final Assignment current;
  private final RankBurdens burdens;
  private final Transfers transfers;
  private final ReplicaEffects effects;
  private final RelaySearch relays;
  private final Shortlist donors;
  private final Shortlist receivers;
  private final Shortlist trials = new Shortlist(TRIALS);
  private final int[] trialP = new int[8 * DONORS * RECEIVERS];
  private final int[] trialQ = new int[8 * DONORS * RECEIVERS];
  private final int[] trialExpert = new int[8 * DONORS * RECEIVERS];

  ReplicationSearch(LayerState state) {
    this.state = state;
    this.current = state.current();
    this.burdens = state.burdens();
    this.transfers = state.transfers();
    this.donors = new Shortlist(burdens.equallyFast() ? DONORS : 2 * DONORS);
    this.receivers = new Shortlist(burdens.equallyFast() ? RECEIVERS : 2 * RECEIVERS);
    this.effects = new ReplicaEffects(state, Math.max(DONORS, RECEIVERS));
    this.relays = new RelaySearch(state);
  }

  /** Offers the best replications that the budget allows. */
  void search(LayerBudget budget, BestStep best) {
    effects.refresh();
    effects.shortlistDonors(donors, DONORS);
    if (donors.size() == 0) {
      return;
    }
    effects.shortlistReceivers(receivers, RECEIVERS);
    trials.clear();
    int proposed = 0;
    for (int i = 0; i < receivers.size(); i++) {
      int expert = receivers.item(i);
      double newShare = burdens.shareAt(expert, current.replicas(expert) + 1);
      for (int j = 0; j < donors.size(); j++) {
        int p = donors.item(j);
        if (current.expert(p) == expert) {
          continue;
        }
        double base = receivers.value(i) + donors.value(j);
        if (!current.holds(current.rank(p), expert)) {
          double gain = directGain(base, p, newShare);
          proposed = propose(proposed, p, -1, expert, gain, DIRECT_PRICE, best);
        }
        if (i >= RECEIVERS || j >= DONORS) {
          // A candidate for its place on the hottest rank or off it.
          continue;
        }
        int q = relays.search(p, expert, newShare, leastProposal(RELAY_PRICE, best) - base);
        if (q >= 0) {
          proposed = propose(proposed, p, q, expert, base + relays.gain(), RELAY_PRICE, best);
        }
      }
    }
    for (int i = 0; i < trials.size(); i++) {
      int next = trials.item(i);
      attempt(trialP[next], trialQ[next], trialExpert[next], budget, best);
    }
  }

  /**
   * Gives an expert the replica with the largest gain, even a negative one, if the budget allows
   * one.
   */
  boolean force(int expert, LayerBudget budget) {
    effects.refresh();
    effects.shortlistDonors(donors, DONORS);
    double newShare = burdens.shareAt(expert, current.replicas(expert) + 1);
    double bestGain = 0.0;
    int bestP = -1;
    int bestQ = -1;
    for (int j = 0; j < donors.size(); j++) {
      int p = donors.item(j);
      if (current.expert(p) == expert) {
        continue;
      }
      double direct = directGain(donors.value(j), p, newShare);
      if ((bestP < 0 || direct > bestGain)
          && !current.holds(current.rank(p), expert)
          && isAllowed(p, -1, expert, budget)) {
        bestGain = direct;
        bestP = p;
        bestQ = -1;
      }
      int q = relays.search(p, expert, newShare, Double.NEGATIVE_INFINITY);
      if (q >= 0) {
        double relayed = donors.value(j) + relays.gain();
        if ((bestP < 0 || relayed > bestGain) && isAllowed(p, q, expert, budget)) {
          bestGain = relayed;
          bestP = p;
          bestQ = q;
        }
      }
    }
    if (bestP >= 0) {
      state.replicate(bestP, bestQ, expert);
    }
    return bestP >= 0;
  }

  /** Returns the gain if the new replica takes the place of the removed one. */
  private double directGain(double base, int p, double newShare) {
    int rank = current.rank(p);
    double freed = burdens.burden(rank) - burdens.share(current.expert(p));
    return base + burdens.powerOf(rank, freed) - burdens.powerOf(rank, freed + newShare);
  }

  /** Returns the least gain of a step of this price that {@link #propose} accepts. */
  private double leastProposal(int price, BestStep best) {
    double gain = best.found() ? best.gainToBeat(price) / OPTIMISM : Double.NEGATIVE_INFINITY;
    if (!trials.hasRoom()) {
      gain = Math.max(gain, trials.value(TRIALS - 1) * (price + BestStep.BASE_PRICE));
    }
    // The rounding error is subtracted.
    return gain - Math.abs(gain) * ROUNDING;
  }

  private int propose(
      int proposed, int p, int q, int expert, double gain, int price, BestStep best) {
    if (gain * OPTIMISM < best.gainToBeat(price) && best.found()) {
      return proposed;
    }
    trialP[proposed] = p;
    trialQ[proposed] = q;
    trialExpert[proposed] = expert;
    trials.add(proposed, gain / (price + BestStep.BASE_PRICE));
    return proposed + 1;
  }

  private void attempt(int p, int q, int expert, LayerBudget budget, BestStep best) {
    if (!isAllowed(p, q, expert, budget)) {
      return;
    }
    int donor = current.expert(p);
    int arriving = q < 0 ? expert : current.expert(q);
    double price =
        transfers.price(current.rank(p), donor, arriving)
            + (q < 0 ? 0.0 : transfers.price(current.rank(q), arriving, expert));
    double before = burdens.potential();
    double gain = burdens.gainOfReplication(p, q, expert);
    if (gain > before * LayerBudget.LEAST_FREE_GAIN
        && gain >= price * budget.leastGain() * before) {
      best.offer(gain, price, p, q, expert);
    }
  }

  private boolean isAllowed(int p, int q, int expert, LayerBudget budget) {
    int rank = current.rank(p);
    if (q < 0) {
      return transfers.allow(budget, rank, transfers.change(rank, current.expert(p), expert));
    }
    int other = current.rank(q);
    int change = transfers.change(rank, current.expert(p), current.expert(q));
    int otherChange = transfers.change(other, current.expert(q), expert);
    return transfers.allow(budget, rank, change, other, otherChange);
  }
}
