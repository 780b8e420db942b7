package io.eplb.policies.incremental;

/**
 * What one replica less or more of an expert does to the ranks that hold it, kept up to date from
 * step to step: only what stands on a rank that changed is worked out again.
 */
final class ReplicaWorth {
  private final LayerState state;
  private final Tournament donors;
  private final Tournament receivers;

  /** Per expert, what each replica weighs more if there is one less, and one more. */
  private final double[] rise;

  private final double[] drop;

  /** Per expert, the number of replicas for which that holds. */
  private final int[] replicas;

  private final int[] refreshedIn;
  private int refreshes;

  ReplicaWorth(LayerState state, int mostListed) {
    this.state = state;
    this.donors = new Tournament(state.physical, mostListed);
    this.receivers = new Tournament(state.experts, mostListed);
    this.rise = new double[state.experts];
    this.drop = new double[state.experts];
    this.replicas = new int[state.experts];
    this.refreshedIn = new int[state.experts];
  }

  /** Takes note of all changes since the last time. */
  void refresh() {
    ChangedRanks changed = state.changed;
    if (changed.size() == state.ranks) {
      refreshAll();
    } else {
      refreshes++;
      for (int i = 0; i < changed.size(); i++) {
        int from = changed.rank(i) * state.slots;
        for (int slot = from; slot < from + state.slots; slot++) {
          int expert = state.row[slot];
          if (refreshedIn[expert] != refreshes) {
            refreshedIn[expert] = refreshes;
            refresh(expert);
          }
        }
      }
    }
    changed.clear();
  }

  /** Lists the slots whose replica is missed least. */
  void shortlistDonors(Shortlist list) {
    list.clear();
    donors.list(list);
  }

  /** Lists the experts of which one more replica relieves its present ranks most. */
  void shortlistReceivers(Shortlist list) {
    list.clear();
    receivers.list(list);
  }

  private void refreshAll() {
    for (int expert = 0; expert < state.experts; expert++) {
      reweigh(expert);
      receivers.put(expert, received(expert));
      double all = given(expert);
      for (int slot = state.first[expert]; slot >= 0; slot = state.next[slot]) {
        donors.put(slot, given(expert, slot, all));
      }
    }
    donors.rebuild();
    receivers.rebuild();
  }

  private void refresh(int expert) {
    if (replicas[expert] != state.count[expert]) {
      reweigh(expert);
    }
    receivers.set(expert, received(expert));
    double all = given(expert);
    for (int slot = state.first[expert]; slot >= 0; slot = state.next[slot]) {
      donors.set(slot, given(expert, slot, all));
    }
  }

  private void reweigh(int expert) {
    int count = state.count[expert];
    replicas[expert] = count;
    rise[expert] = count > 1 ? state.shareAt(expert, count - 1) - state.share[expert] : 0.0;
    drop[expert] = state.shareAt(expert, count + 1) - state.share[expert];
  }

  private double received(int expert) {
    return replicas[expert] < state.ranks ? change(expert, drop[expert]) : Tournament.NONE;
  }

  /** What it would gain if an expert had one replica less and all ranks still held it. */
  private double given(int expert) {
    return replicas[expert] > 1 ? change(expert, rise[expert]) : Tournament.NONE;
  }

  /** What it gains if the replica in a slot goes. */
  private double given(int expert, int slot, double all) {
    if (replicas[expert] == 1) {
      return Tournament.NONE;
    }
    double burden = state.burden[state.rankOf[slot]];
    return all
        + LayerState.power(burden + rise[expert])
        - LayerState.power(burden - state.share[expert]);
  }

  /** By how much the potential falls if every replica of an expert weighs that much more. */
  private double change(int expert, double more) {
    double gain = 0.0;
    for (int slot = state.first[expert]; slot >= 0; slot = state.next[slot]) {
      int rank = state.rankOf[slot];
      gain += state.power[rank] - LayerState.power(state.burden[rank] + more);
    }
    return gain;
  }
}
