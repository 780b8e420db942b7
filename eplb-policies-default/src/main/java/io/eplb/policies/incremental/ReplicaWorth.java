package io.eplb.policies.incremental;

/**
 * What one replica less or more of an expert does to the ranks that hold it, kept up to date from
 * step to step: only what stands on a rank that changed is worked out again.
 */
final class ReplicaWorth {
  private final LayerState state;
  private final Tournament donors;
  private final Tournament receivers;
  private final int[] refreshedIn;
  private int refreshes;

  ReplicaWorth(LayerState state, int mostListed) {
    this.state = state;
    this.donors = new Tournament(state.physical, mostListed);
    this.receivers = new Tournament(state.experts, mostListed);
    this.refreshedIn = new int[state.experts];
  }

  /** Takes note of all changes since the last time. */
  void refresh() {
    ChangedRanks changed = state.changed;
    if (changed.size() == state.ranks) {
      for (int expert = 0; expert < state.experts; expert++) {
        refresh(expert, true);
      }
      donors.rebuild();
      receivers.rebuild();
    } else {
      refreshes++;
      for (int i = 0; i < changed.size(); i++) {
        int from = changed.rank(i) * state.slots;
        for (int slot = from; slot < from + state.slots; slot++) {
          int expert = state.row[slot];
          if (refreshedIn[expert] != refreshes) {
            refreshedIn[expert] = refreshes;
            refresh(expert, false);
          }
        }
      }
    }
    changed.clear();
  }

  /** Lists the slots whose replica is missed least. */
  void shortlistDonors(Shortlist list) {
    list.clear();
    donors.best(list);
  }

  /** Lists the experts of which one more replica relieves its present ranks most. */
  void shortlistReceivers(Shortlist list) {
    list.clear();
    receivers.best(list);
  }

  private void refresh(int expert, boolean all) {
    int count = state.count[expert];
    double share = state.share[expert];
    double received = Tournament.NONE;
    if (count < state.ranks) {
      received = changeOfOthers(expert, state.shareAt(expert, count + 1) - share);
    }
    update(receivers, expert, received, all);
    double rise = count > 1 ? state.shareAt(expert, count - 1) - share : 0.0;
    double othersAndItself = count > 1 ? changeOfOthers(expert, rise) : 0.0;
    for (int slot = state.first[expert]; slot >= 0; slot = state.next[slot]) {
      double given = Tournament.NONE;
      if (count > 1) {
        double burden = state.burden[state.rankOf[slot]];
        given =
            othersAndItself + LayerState.power(burden + rise) - LayerState.power(burden - share);
      }
      update(donors, slot, given, all);
    }
  }

  /** By how much the potential falls if every replica of an expert weighs that much more. */
  private double changeOfOthers(int expert, double more) {
    double gain = 0.0;
    for (int slot = state.first[expert]; slot >= 0; slot = state.next[slot]) {
      int rank = state.rankOf[slot];
      gain += state.power[rank] - LayerState.power(state.burden[rank] + more);
    }
    return gain;
  }

  private static void update(Tournament tournament, int item, double value, boolean all) {
    if (all) {
      tournament.put(item, value);
    } else {
      tournament.set(item, value);
    }
  }
}
