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

  private final LayerState state;
  private final Shortlist donors = new Shortlist(DONORS);
  private final Shortlist receivers = new Shortlist(RECEIVERS);
  private final Shortlist trials = new Shortlist(TRIALS);
  private final int[] trialP = new int[2 * DONORS * RECEIVERS];
  private final int[] trialQ = new int[2 * DONORS * RECEIVERS];
  private final int[] trialExpert = new int[2 * DONORS * RECEIVERS];

  ReplicaSearch(LayerState state) {
    this.state = state;
  }

  /** Offers the best replications that the limits allow. */
  void search(MoveLimits limits, BestStep best) {
    shortlistDonors();
    if (donors.size() == 0) {
      return;
    }
    shortlistReceivers();
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
        int rank = p / state.slots;
        double freed = state.burden[rank] - state.share[state.row[p]];
        if (!state.holds(rank, expert)) {
          double gain = base + LayerState.power(freed) - LayerState.power(freed + newShare);
          proposed = propose(proposed, p, -1, expert, gain, 1, best);
        }
        int q = bestRelay(p, expert, freed, newShare);
        if (q >= 0) {
          double gain = base + relayGain(q, freed, newShare);
          proposed = propose(proposed, p, q, expert, gain, 2, best);
        }
      }
    }
    for (int i = 0; i < trials.size(); i++) {
      int trial = trials.item(i);
      attempt(trialP[trial], trialQ[trial], trialExpert[trial], limits, best);
    }
  }

  /** Gives an expert the replica that costs least, gain or not, if the limits allow one. */
  boolean force(int expert, MoveLimits limits) {
    shortlistDonors();
    double newShare = state.shareAt(expert, state.count[expert] + 1);
    double bestGain = 0.0;
    int bestP = -1;
    int bestQ = -1;
    for (int j = 0; j < donors.size(); j++) {
      int p = donors.item(j);
      int rank = p / state.slots;
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
      int q = bestRelay(p, expert, freed, newShare);
      if (q >= 0) {
        double relayed = donors.value(j) + relayGain(q, freed, newShare);
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

  /** The slots whose replica is missed least. */
  private void shortlistDonors() {
    donors.clear();
    for (int p = 0; p < state.physical; p++) {
      int expert = state.row[p];
      if (state.count[expert] > 1) {
        double rise = state.shareAt(expert, state.count[expert] - 1) - state.share[expert];
        double gain = 0.0;
        for (int slot = state.first[expert]; slot >= 0; slot = state.next[slot]) {
          int rank = slot / state.slots;
          double after = state.burden[rank] + (slot == p ? -state.share[expert] : rise);
          gain += state.power[rank] - LayerState.power(after);
        }
        donors.add(p, gain);
      }
    }
  }

  /** The experts of which one more replica relieves its present ranks most. */
  private void shortlistReceivers() {
    receivers.clear();
    for (int expert = 0; expert < state.experts; expert++) {
      if (state.count[expert] < state.ranks) {
        double drop = state.share[expert] - state.shareAt(expert, state.count[expert] + 1);
        double gain = 0.0;
        for (int slot = state.first[expert]; slot >= 0; slot = state.next[slot]) {
          int rank = slot / state.slots;
          gain += state.power[rank] - LayerState.power(state.burden[rank] - drop);
        }
        receivers.add(expert, gain);
      }
    }
  }

  /** The slot whose expert best fills slot p's rank and leaves room for the new replica, or −1. */
  private int bestRelay(int p, int expert, double freed, double newShare) {
    int rank = p / state.slots;
    int donor = state.row[p];
    double bestGain = 0.0;
    int bestSlot = -1;
    for (int other = 0; other < state.ranks; other++) {
      if (other == rank || state.holds(other, expert)) {
        continue;
      }
      for (int q = other * state.slots; q < (other + 1) * state.slots; q++) {
        if (state.row[q] == donor) {
          continue;
        }
        double gain = relayGain(q, freed, newShare);
        if ((bestSlot < 0 || gain > bestGain) && !state.holds(rank, state.row[q])) {
          bestGain = gain;
          bestSlot = q;
        }
      }
    }
    return bestSlot;
  }

  private double relayGain(int q, double freed, double newShare) {
    int other = q / state.slots;
    double relayed = state.share[state.row[q]];
    return state.power[other]
        - LayerState.power(state.burden[other] - relayed + newShare)
        + LayerState.power(freed)
        - LayerState.power(freed + relayed);
  }

  private int propose(
      int proposed, int p, int q, int expert, double gain, int price, BestStep best) {
    if (gain * 1.2 < best.gainToBeat(price) && best.found()) {
      return proposed;
    }
    trialP[proposed] = p;
    trialQ[proposed] = q;
    trialExpert[proposed] = expert;
    trials.add(proposed, gain / (price + BestStep.BASE_PRICE));
    return proposed + 1;
  }

  private void attempt(int p, int q, int expert, MoveLimits limits, BestStep best) {
    int rank = p / state.slots;
    int other = q < 0 ? rank : q / state.slots;
    int donor = state.row[p];
    int arriving = q < 0 ? expert : state.row[q];
    if (!allowed(p, q, expert, limits)) {
      return;
    }
    double price =
        state.price(rank, donor, arriving) + (q < 0 ? 0.0 : state.price(other, arriving, expert));
    double before = state.potential();
    state.replicate(p, q, expert);
    double gain = before - state.potential();
    state.undoReplicate(p, q, donor);
    if (gain > before * MoveLimits.LEAST_FREE_GAIN && gain >= price * limits.leastGain() * before) {
      best.offerReplication(gain, price, p, q, expert);
    }
  }

  private boolean allowed(int p, int q, int expert, MoveLimits limits) {
    int rank = p / state.slots;
    if (q < 0) {
      int change = state.receives(rank, state.row[p], expert);
      return limits.allowsLayer(state.moved, change)
          && limits.allowsRank(state.received[rank], change);
    }
    int other = q / state.slots;
    int change = state.receives(rank, state.row[p], state.row[q]);
    int otherChange = state.receives(other, state.row[q], expert);
    return limits.allowsLayer(state.moved, change + otherChange)
        && limits.allowsRank(state.received[rank], change)
        && limits.allowsRank(state.received[other], otherChange);
  }
}
