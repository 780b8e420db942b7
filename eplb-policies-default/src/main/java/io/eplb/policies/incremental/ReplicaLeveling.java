package io.eplb.policies.incremental;

import java.util.Arrays;

/**
 * Gives replicas to the experts whose uncertainty needs them. An expert's variance v, split over c
 * replicas, adds v/c to the variances of all ranks together; a replica goes from where that rises
 * least to where it falls most. With variance in proportion to load this ends near the replica
 * counts that minimise Σ load/c, and needs no look at ranks: which ranks are hot in one window is
 * mostly noise, how much of it an expert brings is not.
 */
final class ReplicaLeveling {
  /** A donor whose loss is within this multiple of the least may be taken for its better place. */
  private static final double DONORS_ALIKE = 3.0;

  private final LayerState state;
  private final LoadModel model;

  /** Per expert with several replicas, how little it hurts to take one of them: minus the rise. */
  private final Tournament donors;

  /** Per expert that may have more replicas, by how much the variance falls with the next one. */
  private final Tournament receivers;

  private final Shortlist first = new Shortlist(1);

  /** Experts for whose next replica no donor has a place. */
  private final boolean[] placeless;

  // The best place found for the replica in hand.
  private double bestGain;
  private int bestSlot;

  ReplicaLeveling(LayerState state, LoadModel model) {
    this.state = state;
    this.model = model;
    this.donors = new Tournament(state.experts, 1);
    this.receivers = new Tournament(state.experts, 1);
    this.placeless = new boolean[state.experts];
  }

  /**
   * Moves replicas, each to the place that the potential likes best; the potential may rise.
   *
   * @param most how many replicas at most
   * @param margin by which share a fall of the total variance must exceed the rise that pays for it
   * @return how many were moved
   */
  int level(MoveLimits limits, int most, double margin) {
    Arrays.fill(placeless, false);
    for (int expert = 0; expert < state.experts; expert++) {
      donors.put(expert, given(expert));
      receivers.put(expert, received(expert));
    }
    donors.rebuild();
    receivers.rebuild();
    int moved = 0;
    while (moved < most && moveOne(limits, margin)) {
      moved++;
    }
    return moved;
  }

  private boolean moveOne(MoveLimits limits, double margin) {
    double leastRise = leastRise();
    int receiver = receiver();
    while (receiver >= 0) {
      double mostRise = fallAt(receiver, state.count[receiver]) / (1.0 + margin);
      if (!(leastRise < mostRise)) {
        return false;
      }
      findPlace(receiver, Math.min(mostRise, leastRise * DONORS_ALIKE), limits);
      if (bestSlot < 0) {
        findPlace(receiver, mostRise, limits);
      }
      if (bestSlot >= 0) {
        int donor = state.row[bestSlot];
        state.replicate(bestSlot, -1, receiver);
        update(donor);
        update(receiver);
        return true;
      }
      placeless[receiver] = true;
      update(receiver);
      receiver = receiver();
    }
    return false;
  }

  private void update(int expert) {
    donors.set(expert, given(expert));
    receivers.set(expert, received(expert));
  }

  private double given(int expert) {
    int count = state.count[expert];
    return count > 1 ? -fallAt(expert, count - 1) : Tournament.NONE;
  }

  private double received(int expert) {
    int count = state.count[expert];
    return count < state.ranks && !placeless[expert] ? fallAt(expert, count) : Tournament.NONE;
  }

  /** The expert whose next replica takes most variance away, of equals the first; −1 if none. */
  private int receiver() {
    first.clear();
    receivers.list(first);
    return first.size() > 0 && first.value(0) > 0.0 ? first.item(0) : -1;
  }

  private double leastRise() {
    first.clear();
    donors.list(first);
    return first.size() > 0 ? -first.value(0) : Double.MAX_VALUE;
  }

  /** By how much the total variance falls if an expert with so many replicas gets another. */
  private double fallAt(int expert, int replicas) {
    return model.variance[expert] / ((double) replicas * (replicas + 1));
  }

  /**
   * Finds the slot of a donor that the receiver takes at the least potential; of equals the first.
   */
  private void findPlace(int receiver, double mostRise, MoveLimits limits) {
    bestSlot = -1;
    double newShare = state.shareAt(receiver, state.count[receiver] + 1);
    for (int donor = donors.next(0, -mostRise);
        donor >= 0;
        donor = donors.next(donor + 1, -mostRise)) {
      if (donor == receiver) {
        continue;
      }
      double rise = state.shareAt(donor, state.count[donor] - 1) - state.share[donor];
      for (int slot = state.first[donor]; slot >= 0; slot = state.next[slot]) {
        offer(slot, donor, receiver, rise, newShare, limits);
      }
    }
  }

  private void offer(
      int slot, int donor, int receiver, double rise, double newShare, MoveLimits limits) {
    int rank = state.rankOf[slot];
    if (state.holds(rank, receiver)) {
      return;
    }
    int change = state.receives(rank, donor, receiver);
    if (!limits.allowsLayer(state.moved, change)
        || !limits.allowsRank(state.received[rank], change)) {
      return;
    }
    double gain =
        state.power[rank] - LayerState.power(state.burden[rank] - state.share[donor] + newShare);
    for (int other = state.first[donor]; other >= 0; other = state.next[other]) {
      if (other != slot) {
        int otherRank = state.rankOf[other];
        gain += state.power[otherRank] - LayerState.power(state.burden[otherRank] + rise);
      }
    }
    if (bestSlot < 0 || gain > bestGain || (gain == bestGain && slot < bestSlot)) {
      bestGain = gain;
      bestSlot = slot;
    }
  }
}
