package io.eplb.policies.incremental;

/**
 * How the burdens of two ranks change by a swap, joint deviations included. With F a rank's joint
 * deviations and a, b those of what goes and comes, ‖F − a + b‖² − ‖F‖² = ‖a‖² + ‖b‖² − 2ab + 2Fb −
 * 2Fa; all but ab is worked out once per rank and slot.
 */
final class JointLoads {
  private final LayerState state;
  private final double[] down;
  private final double[] up;
  private int hot;
  private int other;

  JointLoads(LayerState state) {
    this.state = state;
    this.down = new double[2 * state.slots];
    this.up = new double[2 * state.slots];
  }

  /** Takes two ranks in hand. */
  void meet(int hotRank, int otherRank) {
    hot = hotRank;
    other = otherRank;
    int slots = state.slots;
    for (int i = 0; i < slots; i++) {
      prepare(down, i, hot * slots + i, hot, other);
      prepare(up, i, other * slots + i, other, hot);
    }
  }

  /** What leaving its rank, and joining the other, changes for an expert alone. */
  private void prepare(double[] into, int i, int slot, int from, int to) {
    int factors = state.factors;
    int expert = state.row[slot] * factors;
    double norm = 0.0;
    double leaves = 0.0;
    double joins = 0.0;
    for (int k = 0; k < factors; k++) {
      double own = state.shareFactor[expert + k];
      norm += own * own;
      leaves += own * state.factor[from * factors + k];
      joins += own * state.factor[to * factors + k];
    }
    into[2 * i] = norm - 2 * leaves;
    into[2 * i + 1] = norm + 2 * joins;
  }

  /**
   * Returns by how much the potential falls if two slots exchange their experts.
   *
   * @param i slot of the hot rank, from 0
   * @param j slot of the other rank, from 0
   * @param shift by how much the expert that goes down outweighs the one that comes up
   * @param before what the two ranks are in the potential now
   */
  double gain(int i, int j, double shift, double before) {
    int factors = state.factors;
    int a = state.row[hot * state.slots + i] * factors;
    int b = state.row[other * state.slots + j] * factors;
    double product = 0.0;
    for (int k = 0; k < factors; k++) {
      product += state.shareFactor[a + k] * state.shareFactor[b + k];
    }
    double hotChange = down[2 * i] + up[2 * j + 1] - 2 * product;
    double otherChange = up[2 * j] + down[2 * i + 1] - 2 * product;
    return before
        - LayerState.power(state.burden[hot] - shift + state.half * hotChange)
        - LayerState.power(state.burden[other] + shift + state.half * otherChange);
  }
}
