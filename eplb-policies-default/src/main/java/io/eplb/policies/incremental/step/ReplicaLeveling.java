package io.eplb.policies.incremental.step;

import io.eplb.policies.incremental.forecast.LoadForecast;
import io.eplb.policies.incremental.layer.Assignment;
import io.eplb.policies.incremental.layer.LayerBudget;
import io.eplb.policies.incremental.layer.LayerState;
import io.eplb.policies.incremental.layer.RankBurdens;
import io.eplb.policies.incremental.layer.Transfers;
import java.util.Arrays;

/**
 * Moves replicas to experts with uncertain loads. The variance v of an expert with c replicas adds
 * v/c to the sum of all ranks' variances. A replica moves from the expert with the least rise of
 * v/c to the one with the largest fall. Example: of variances 12 with two replicas and 40 with one,
 * one replica fewer of the first adds 6 and one more of the second takes 20 away, so one replica
 * moves. With variance in proportion to load this ends near the replica counts that minimise Σ
 * load/c.
 *
 * <p>The heat of the ranks does not count: in one window it is mostly noise, and the variance of an
 * expert is not.
 */
public final class ReplicaLeveling {
  /**
   * The largest rise, in multiples of the least, of a donor that is preferred for its better place.
   */
  private static final double LARGEST_RISE = 3.0;

  private final LayerState state;
  private final Assignment current;
  private final RankBurdens burdens;
  private final Transfers transfers;
  private final LoadForecast forecast;

  /** The rise of the variance with one replica fewer, negated, for experts with several. */
  private final Tournament donors;

  /** The fall of the variance with one more replica, for experts that may have more. */
  private final Tournament receivers;

  private final Shortlist first = new Shortlist(1);

  /** Experts for whose next replica no donor has a place. */
  private final boolean[] placeless;

  // The best place found for the current replica.
  private double bestGain;
  private int bestSlot;

  /** Creates the memory for a state; {@code forecast} is the one that it reads. */
  public ReplicaLeveling(LayerState state, LoadForecast forecast) {
    this.state = state;
    this.current = state.current();
    this.burdens = state.burdens();
    this.transfers = state.transfers();
    this.forecast = forecast;
    this.donors = new Tournament(current.experts(), 1);
    this.receivers = new Tournament(current.experts(), 1);
    this.placeless = new boolean[current.experts()];
  }

  /**
   * Moves replicas, each to the place of the least potential; the potential may rise.
   *
   * @param most the most replicas to move
   * @param margin the share by which the fall of the variance must exceed the rise
   * @return the number of replicas moved
   */
  public int level(LayerBudget budget, int most, double margin) {
    Arrays.fill(placeless, false);
    for (int expert = 0; expert < placeless.length; expert++) {
      donors.put(expert, given(expert));
      receivers.put(expert, received(expert));
    }
    donors.rebuild();
    receivers.rebuild();
    int moved = 0;
    while (moved < most && moveOne(budget, margin)) {
      moved++;
    }
    return moved;
  }

  private boolean moveOne(LayerBudget budget, double margin) {
    double leastRise = leastRise();
    int receiver = receiver();
    while (receiver >= 0) {
      double mostRise = fallAt(receiver, current.replicas(receiver)) / (1.0 + margin);
      if (!(leastRise < mostRise)) {
        return false;
      }
      findPlace(receiver, Math.min(mostRise, leastRise * LARGEST_RISE), budget);
      if (bestSlot < 0) {
        findPlace(receiver, mostRise, budget);
      }
      if (bestSlot >= 0) {
        int donor = current.expert(bestSlot);
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
    int replicas = current.replicas(expert);
    return replicas > 1 ? -fallAt(expert, replicas - 1) : Tournament.NONE;
  }

  private double received(int expert) {
    int replicas = current.replicas(expert);
    return replicas < current.ranks() && !placeless[expert]
        ? fallAt(expert, replicas)
        : Tournament.NONE;
  }

  /** Returns the first expert whose next replica lowers the variance most; −1 if there is none. */
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

  /** Returns the fall of the variance if an expert with {@code replicas} replicas gets another. */
  private double fallAt(int expert, int replicas) {
    return forecast.variance(expert) / ((double) replicas * (replicas + 1));
  }

  /** Finds the donors' slot with the least potential; the first among equals. */
  private void findPlace(int receiver, double mostRise, LayerBudget budget) {
    bestSlot = -1;
    double newShare = burdens.shareAt(receiver, current.replicas(receiver) + 1);
    for (int donor = donors.next(0, -mostRise);
        donor >= 0;
        donor = donors.next(donor + 1, -mostRise)) {
      if (donor == receiver) {
        continue;
      }
      double rise = burdens.shareAt(donor, current.replicas(donor) - 1) - burdens.share(donor);
      for (int slot = current.firstSlot(donor); slot >= 0; slot = current.nextSlot(slot)) {
        offer(slot, donor, receiver, rise, newShare, budget);
      }
    }
  }

  private void offer(
      int slot, int donor, int receiver, double rise, double newShare, LayerBudget budget) {
    int rank = current.rank(slot);
    if (current.holds(rank, receiver)
        || !transfers.allow(budget, rank, transfers.change(rank, donor, receiver))) {
      return;
    }
    double gain =
        burdens.power(rank)
            - burdens.powerOf(rank, burdens.burden(rank) - burdens.share(donor) + newShare);
    for (int other = current.firstSlot(donor); other >= 0; other = current.nextSlot(other)) {
      if (other != slot) {
        int otherRank = current.rank(other);
        gain +=
            burdens.power(otherRank) - burdens.powerOf(otherRank, burdens.burden(otherRank) + rise);
      }
    }
    if (bestSlot < 0 || gain > bestGain || (gain == bestGain && slot < bestSlot)) {
      bestGain = gain;
      bestSlot = slot;
    }
  }
}
