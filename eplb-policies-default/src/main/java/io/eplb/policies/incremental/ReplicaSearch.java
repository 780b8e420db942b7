package io.eplb.policies.incremental;

/**
 * Finds the best replica to give an expert at another's expense. Ranks the candidates by an
 * approximation that takes each effect alone and leaves the joint deviations out, then tries the
 * most promising ones for real.
 */
final class ReplicaSearch {
  private static final int DONORS = 4;
  private static final int RECEIVERS = 4;
  private static final int TRIALS = 4;
  private static final int DIRECT_PRICE = 1;
  private static final int RELAY_PRICE = 2;

  /** By how much the approximation may be too small for the step to be tried all the same. */
  private static final double OPTIMISM = 1.2;

  private static final double ROUNDING = 1e-12;

  private final LayerState state;
  private final ReplicaWorth worth;
  private final RelaySearch relays;
  private final ReplicaTrial trial;
  private final Shortlist donors = new Shortlist(DONORS);
  private final Shortlist receivers = new Shortlist(RECEIVERS);
  private final Shortlist trials = new Shortlist(TRIALS);
  private final int[] trialP = new int[2 * DONORS * RECEIVERS];
  private final int[] trialQ = new int[2 * DONORS * RECEIVERS];
  private final int[] trialExpert = new int[2 * DONORS * RECEIVERS];

  ReplicaSearch(LayerState state) {
    this.state = state;
    this.worth = new ReplicaWorth(state, Math.max(DONORS, RECEIVERS));
    this.relays = new RelaySearch(state);
    this.trial = new ReplicaTrial(state);
  }

  /** Offers the best replications that the limits allow. */
  void search(MoveLimits limits, BestStep best) {
    worth.refresh();
    worth.shortlistDonors(donors);
    if (donors.size() == 0) {
      return;
    }
    worth.shortlistReceivers(receivers);
    trials.clear();
    int proposed = 0;
    for (int i = 0; i < receivers.size(); i++) {
      int expert = receivers.item(i);
      double newShare = state.shareAt(expert, state.count[expert] + 1);
      for (int j = 0; j < donors.size(); j++) {
        int p = donors.item(j);
        if (state.row[p] == expert) {
          continue;
        }
        double base = receivers.value(i) + donors.value(j);
        int rank = state.rankOf[p];
        double freed = state.burden[rank] - state.share[state.row[p]];
        if (!state.holds(rank, expert)) {
          double gain = base + LayerState.power(freed) - LayerState.power(freed + newShare);
          proposed = propose(proposed, p, -1, expert, gain, DIRECT_PRICE, best);
        }
        int q = relays.search(p, expert, newShare, leastProposal(RELAY_PRICE, best) - base);
        if (q >= 0) {
          proposed = propose(proposed, p, q, expert, base + relays.gain(), RELAY_PRICE, best);
        }
      }
    }
    for (int i = 0; i < trials.size(); i++) {
      int next = trials.item(i);
      attempt(trialP[next], trialQ[next], trialExpert[next], limits, best);
    }
  }

  /** Gives an expert the replica that costs least, gain or not, if the limits allow one. */
  boolean force(int expert, MoveLimits limits) {
    worth.refresh();
    worth.shortlistDonors(donors);
    double newShare = state.shareAt(expert, state.count[expert] + 1);
    double bestGain = 0.0;
    int bestP = -1;
    int bestQ = -1;
    for (int j = 0; j < donors.size(); j++) {
      int p = donors.item(j);
      int rank = state.rankOf[p];
      if (state.row[p] == expert) {
        continue;
      }
      double freed = state.burden[rank] - state.share[state.row[p]];
      double direct =
          donors.value(j) + LayerState.power(freed) - LayerState.power(freed + newShare);
      if ((bestP < 0 || direct > bestGain)
          && !state.holds(rank, expert)
          && allowed(p, -1, expert, limits)) {
        bestGain = direct;
        bestP = p;
        bestQ = -1;
      }
      int q = relays.search(p, expert, newShare, Double.NEGATIVE_INFINITY);
      if (q >= 0) {
        double relayed = donors.value(j) + relays.gain();
        if ((bestP < 0 || relayed > bestGain) && allowed(p, q, expert, limits)) {
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

  /** The least gain of a step of this price that {@link #propose} takes up. */
  private double leastProposal(int price, BestStep best) {
    double gain = best.found() ? best.gainToBeat(price) / OPTIMISM : Double.NEGATIVE_INFINITY;
    if (!trials.hasRoom()) {
      gain = Math.max(gain, trials.value(TRIALS - 1) * (price + BestStep.BASE_PRICE));
    }
    // Less than rounding may take from it.
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

  private void attempt(int p, int q, int expert, MoveLimits limits, BestStep best) {
    int rank = state.rankOf[p];
    int other = q < 0 ? rank : state.rankOf[q];
    int donor = state.row[p];
    int arriving = q < 0 ? expert : state.row[q];
    if (!allowed(p, q, expert, limits)) {
      return;
    }
    double price =
        state.price(rank, donor, arriving) + (q < 0 ? 0.0 : state.price(other, arriving, expert));
    double before = state.potential();
    double gain = trial.gain(p, q, expert);
    if (gain > before * MoveLimits.LEAST_FREE_GAIN && gain >= price * limits.leastGain() * before) {
      best.offerReplication(gain, price, p, q, expert);
    }
  }

  private boolean allowed(int p, int q, int expert, MoveLimits limits) {
    int rank = state.rankOf[p];
    if (q < 0) {
      int change = state.receives(rank, state.row[p], expert);
      return limits.allowsLayer(state.moved, change)
          && limits.allowsRank(state.received[rank], change);
    }
    int other = state.rankOf[q];
    int change = state.receives(rank, state.row[p], state.row[q]);
    int otherChange = state.receives(other, state.row[q], expert);
    return limits.allowsLayer(state.moved, change + otherChange)
        && limits.allowsRank(state.received[rank], change)
        && limits.allowsRank(state.received[other], otherChange);
  }
}
