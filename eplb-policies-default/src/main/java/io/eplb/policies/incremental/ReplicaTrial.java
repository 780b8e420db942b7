package io.eplb.policies.incremental;

/** Tries what {@link LayerState#replicate} would gain, without carrying it out. */
final class ReplicaTrial {
  private final LayerState state;
  private final double[] joints;
  private final int[] triedIn;
  private int trials;

  ReplicaTrial(LayerState state) {
    this.state = state;
    this.joints = new double[state.factor.length / state.ranks];
    this.triedIn = new int[state.ranks];
  }

  /** Returns by how much the potential would fall; leaves the state as it was. */
  double gain(int p, int q, int expert) {
    int donor = state.row[p];
    int relayed = q < 0 ? expert : state.row[q];
    state.recount(donor, -1, expert, 1);
    state.row[p] = relayed;
    if (q >= 0) {
      state.row[q] = expert;
    }
    trials++;
    double gain = gainOf(state.rankOf[p]);
    if (q >= 0) {
      gain += gainOf(state.rankOf[q]);
    }
    gain = addHolders(donor, gain);
    gain = addHolders(expert, gain);
    if (q >= 0) {
      state.row[q] = relayed;
    }
    state.row[p] = donor;
    state.recount(donor, 1, expert, -1);
    return gain;
  }

  private double addHolders(int expert, double before) {
    double gain = before;
    for (int slot = state.first[expert]; slot >= 0; slot = state.next[slot]) {
      gain += gainOf(state.rankOf[slot]);
    }
    return gain;
  }

  /** What a rank adds to the gain of the trial in hand; nothing the second time. */
  private double gainOf(int rank) {
    if (triedIn[rank] == trials) {
      return 0.0;
    }
    triedIn[rank] = trials;
    return state.power[rank] - LayerState.power(state.burdenOf(rank, joints, 0));
  }
}
