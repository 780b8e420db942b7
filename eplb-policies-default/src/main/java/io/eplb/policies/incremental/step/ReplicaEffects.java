package io.eplb.policies.incremental.step;

import io.eplb.policies.incremental.layer.Assignment;
import io.eplb.policies.incremental.layer.LayerState;
import io.eplb.policies.incremental.layer.RankBurdens;

/**
 * The fall of the potential, on the ranks that hold an expert, by one replica less or more of it.
 * Kept up to date from step to step: only the experts on ranks that changed are worked out again.
 * Joint deviations are left out.
 */
final class ReplicaEffects {
  private final Assignment current;
  private final RankBurdens burdens;

  /** By slot, the fall if its replica goes; slots of experts with one replica do not take part. */
  private final Tournament donors;

  /** By expert, the fall if it gets one more replica; experts on every rank do not take part. */
  private final Tournament receivers;

  /** By expert, the change of its share with one replica less, and with one more. */
  private final double[] rise;

  private final double[] drop;

  /** By expert, the number of replicas for which those hold. */
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

  /** Takes notice of all changes since the last time. */
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

  /** Lists the slots that are best given away. */
  void shortlistDonors(Shortlist list) {
    list.clear();
    donors.list(list);
  }

  /** Lists the experts that best get one more replica. */
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

  /** Returns the fall if an expert had one replica less and all ranks still held it. */
  private double given(int expert) {
    return replicas[expert] > 1 ? fall(expert, rise[expert]) : Tournament.NONE;
  }

  /** Returns the fall if the replica in a slot goes; {@code all} as if all ranks still held it. */
  private double given(int expert, int slot, double all) {
    if (replicas[expert] == 1) {
      return Tournament.NONE;
    }
    double burden = burdens.burden(current.rank(slot));
    return all
        + RankBurdens.powerOf(burden + rise[expert])
        - RankBurdens.powerOf(burden - burdens.share(expert));
  }

  /**
   * Returns by how much the potential falls if every replica of an expert weighs that much more.
   */
  private double fall(int expert, double more) {
    double gain = 0.0;
    for (int slot = current.firstSlot(expert); slot >= 0; slot = current.nextSlot(slot)) {
      int rank = current.rank(slot);
      gain += burdens.power(rank) - RankBurdens.powerOf(burdens.burden(rank) + more);
    }
    return gain;
  }
}
