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

  private final Shortlist longList;
  private final Shortlist best;
  private final int[] changedRanks;
  private final int[] refreshedIn;
  private int refreshes;

  ReplicaEffects(LayerState state, int mostListed) {
    this.current = state.current();
    this.burdens = state.burdens();
    this.longList = new Shortlist(burdens.equallyFast() ? 0 : mostListed + current.mostSlots());
    this.best = new Shortlist(mostListed);
    this.donors = new Tournament(current.slots(), Math.max(mostListed, longList.capacity()));
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
    for (int i = 0; i < changed; i++) {
      int rank = changedRanks[i];
      for (int slot = current.from(rank); slot < current.to(rank); slot++) {
        int expert = current.expert(slot);
        if (refreshedIn[expert] != refreshes) {
          refreshedIn[expert] = refreshes;
          refresh(expert);
        }
      }
    }
  }

  /**
   * Lists the best slots to give away: {@code most} of all ranks. If the ranks are not equally
   * fast, as many follow that are not on the hottest rank: a very slow rank is so hot that all of
   * the best slots are on it, and none of them could take a replica of its own experts.
   */
  void shortlistDonors(Shortlist list, int most) {
    list.clear();
    if (burdens.equallyFast()) {
      donors.list(list);
      return;
    }
    longList.clear();
    donors.list(longList);
    int hottest = burdens.rankAt(0);
    int elsewhere = 0;
    for (int i = 0; i < longList.size(); i++) {
      boolean isElsewhere = current.rank(longList.item(i)) != hottest;
      if (i < most || (isElsewhere && elsewhere < most)) {
        list.add(longList.item(i), longList.value(i));
        elsewhere += isElsewhere ? 1 : 0;
      }
    }
  }

  /**
   * Lists the best experts for one more replica: {@code most} of all. If the ranks are not equally
   * fast, as many follow that are not on the hottest rank and would have the smallest replicas: the
   * experts that a very slow rank needs.
   */
  void shortlistReceivers(Shortlist list, int most) {
    list.clear();
    if (burdens.equallyFast()) {
      receivers.list(list);
      return;
    }
    best.clear();
    receivers.list(best);
    for (int i = 0; i < best.size(); i++) {
      list.add(best.item(i), best.value(i));
    }
    best.clear();
    int hottest = burdens.rankAt(0);
    for (int expert = 0; expert < replicas.length; expert++) {
      if (receivers.value(expert) > Tournament.NONE && !current.holds(hottest, expert)) {
        best.add(expert, -burdens.shareAt(expert, replicas[expert] + 1));
      }
    }
    for (int i = 0; i < best.size(); i++) {
      list.add(best.item(i), receivers.value(best.item(i)));
    }
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
    int rank = current.rank(slot);
    double burden = burdens.burden(rank);
    return all
        + burdens.powerOf(rank, burden + rise[expert])
        - burdens.powerOf(rank, burden - burdens.share(expert));
  }

  /** Returns the fall of the potential if the share of an expert rises by {@code more}. */
  private double fall(int expert, double more) {
    double gain = 0.0;
    for (int slot = current.firstSlot(expert); slot >= 0; slot = current.nextSlot(slot)) {
      int rank = current.rank(slot);
      gain += burdens.power(rank) - burdens.powerOf(rank, burdens.burden(rank) + more);
    }
    return gain;
  }
}
