package io.eplb.policies.incremental.step;

import io.eplb.policies.incremental.layer.Assignment;
import io.eplb.policies.incremental.layer.LayerState;
import io.eplb.policies.incremental.layer.RankBurdens;

/**
 * The fall of the potential on the ranks that hold an expert, with one replica fewer or more. After
 * a step, only the experts on changed ranks are computed again. Joint deviations are ignored.
 */
final class ReplicaEffects {
  private final Assignment current;
  private final RankBurdens burdens;

  /**
   * The fall for each slot if its replica is removed; slots of experts with one replica do not take
   * part.
   */
  private final Tournament donors;

  /** The fall for each expert with one more replica; experts on every rank do not take part. */
  private final Tournament receivers;

  /** The change of each expert's share with one replica fewer, and with one more. */
  private final double[] rise;

  private final double[] drop;

  /** The number of replicas of each expert to which these changes apply. */
  private final int[] replicas;

  private final int[] changedRanks;
  private final int[] refreshedIn;
  private int refreshes;

  ReplicaEffects(LayerState state, int mostListed) {
    this.current = state.current();
    this.burdens = state.burdens();
    this.donors = new Tournament(current.slots(), mostListed);
    this.receivers = new Tournament(current.experts(), mostListed);
    this.rise = new double[current.experts()];
    this.drop = new double[current.experts()];
    this.replicas = new int[current.experts()];
    this.changedRanks = new int[current.ranks()];
    this.refreshedIn = new int[current.experts()];
  }

  /** Computes the effects of all changes since the last call. */
  void refresh() {
    int changed = burdens.takeChanged(changedRanks);
    if (changed == current.ranks()) {
      refreshAll();
      return;
    }
    refreshes++;
    int slots = current.slotsPerRank();
    for (int i = 0; i < changed; i++) {
      int from = changedRanks[i] * slots;
      for (int slot = from; slot < from + slots; slot++) {
        int expert = current.expert(slot);
        if (refreshedIn[expert] != refreshes) {
          refreshedIn[expert] = refreshes;
          refresh(expert);
        }
      }
    }
  }

  /** Lists the best slots to give away. */
  void shortlistDonors(Shortlist list) {
    list.clear();
    donors.list(list);
  }

  /** Lists the best experts for one more replica. */
  void shortlistReceivers(Shortlist list) {
    list.clear();
    receivers.list(list);
  }

  private void refreshAll() {
    for (int expert = 0; expert < replicas.length; expert++) {
      reweigh(expert);
      receivers.put(expert, received(expert));
      double all = given(expert);
      for (int slot = current.firstSlot(expert); slot >= 0; slot = current.nextSlot(slot)) {
        donors.put(slot, given(expert, slot, all));
      }
    }
    donors.rebuild();
    receivers.rebuild();
  }

  private void refresh(int expert) {
    if (replicas[expert] != current.replicas(expert)) {
      reweigh(expert);
    }
    receivers.set(expert, received(expert));
    double all = given(expert);
    for (int slot = current.firstSlot(expert); slot >= 0; slot = current.nextSlot(slot)) {
      donors.set(slot, given(expert, slot, all));
    }
  }

  private void reweigh(int expert) {
    int count = current.replicas(expert);
    double share = burdens.share(expert);
    replicas[expert] = count;
    rise[expert] = count > 1 ? burdens.shareAt(expert, count - 1) - share : 0.0;
    drop[expert] = burdens.shareAt(expert, count + 1) - share;
  }

  private double received(int expert) {
    return replicas[expert] < current.ranks() ? fall(expert, drop[expert]) : Tournament.NONE;
  }

  /** Returns the fall with one replica fewer if all ranks still held the expert. */
  private double given(int expert) {
    return replicas[expert] > 1 ? fall(expert, rise[expert]) : Tournament.NONE;
  }

  /**
   * Returns the fall if the replica in a slot is removed; {@code all} is the fall if all ranks
   * still held it.
   */
  private double given(int expert, int slot, double all) {
    if (replicas[expert] == 1) {
      return Tournament.NONE;
    }
    double burden = burdens.burden(current.rank(slot));
    return all
        + RankBurdens.powerOf(burden + rise[expert])
        - RankBurdens.powerOf(burden - burdens.share(expert));
  }

  /** Returns the fall of the potential if the share of an expert rises by {@code more}. */
  private double fall(int expert, double more) {
    double gain = 0.0;
    for (int slot = current.firstSlot(expert); slot >= 0; slot = current.nextSlot(slot)) {
      int rank = current.rank(slot);
      gain += burdens.power(rank) - RankBurdens.powerOf(burdens.burden(rank) + more);
    }
    return gain;
  }
}
