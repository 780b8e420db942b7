package io.eplb.policies.incremental;

/**
 * How the burdens of two ranks change by a swap, joint deviations included. With F a rank's joint
 * deviations and a, b those of what goes and comes, ‖F − a + b‖² − ‖F‖² = ‖a‖² + ‖b‖² − 2ab + 2Fb −
 * 2Fa; all but ab is worked out once per rank and slot, and |ab| ≤ ‖a‖‖b‖.
 */
final class JointLoads {
  private final LayerState state;

  /**
   * Per slot of the hot rank, what its expert changes there as it leaves, joint deviations only.
   */
  private final double[] downLeaves;

  private final double[] downJoins;
  private final double[] downLength;
  private final double[] upLeaves;
  private final double[] upJoins;
  private final double[] upLength;
  private int hot;
  private int other;
  private double before;

  JointLoads(LayerState state) {
    this.state = state;
    this.downLeaves = new double[state.slots];
    this.downJoins = new double[state.slots];
    this.downLength = new double[state.slots];
    this.upLeaves = new double[state.slots];
    this.upJoins = new double[state.slots];
    this.upLength = new double[state.slots];
  }

  /**
   * Returns the most that swaps between two ranks could gain: both end up alike, and whatever comes
   * or goes brings their joint deviations as close together as can be.
   */
  double bound(int hotRank, int otherRank) {
    int factors = state.factors;
    double apart = 0.0;
    for (int k = 0; k < factors; k++) {
      double difference =
          state.factor[hotRank * factors + k] - state.factor[otherRank * factors + k];
      apart += difference * difference;
    }
    double alike = (state.burden[hotRank] + state.burden[otherRank] - state.half * apart / 2) / 2;
    return state.power[hotRank]
        + state.power[otherRank]
        - 2 * LayerState.power(Math.max(0.0, alike));
  }

  /** Takes two ranks in hand. */
  void meet(int hotRank, int otherRank) {
    hot = hotRank;
    other = otherRank;
    before = state.power[hot] + state.power[other];
    for (int i = 0; i < state.slots; i++) {
      prepare(downLeaves, downJoins, downLength, i, hot, other);
      prepare(upLeaves, upJoins, upLength, i, other, hot);
    }
  }

  /** What leaving its rank, and joining the other, changes for an expert alone. */
  private void prepare(double[] leaves, double[] joins, double[] length, int i, int from, int to) {
    int factors = state.factors;
    int expert = state.row[from * state.slots + i] * factors;
    double norm = 0.0;
    double withFrom = 0.0;
    double withTo = 0.0;
    for (int k = 0; k < factors; k++) {
      double own = state.shareFactor[expert + k];
      norm += own * own;
      withFrom += own * state.factor[from * factors + k];
      withTo += own * state.factor[to * factors + k];
    }
    leaves[i] = norm - 2 * withFrom;
    joins[i] = norm + 2 * withTo;
    length[i] = Math.sqrt(norm);
  }

  /**
   * Returns by how much the potential falls if two slots exchange their experts.
   *
   * @param i slot of the hot rank, from 0
   * @param j slot of the other rank, from 0
   * @param shift by how much the expert that goes down outweighs the one that comes up
   */
  double gain(int i, int j, double shift) {
    int factors = state.factors;
    int a = state.row[hot * state.slots + i] * factors;
    int b = state.row[other * state.slots + j] * factors;
    double product = 0.0;
    for (int k = 0; k < factors; k++) {
      product += state.shareFactor[a + k] * state.shareFactor[b + k];
    }
    double hotChange = downLeaves[i] + upJoins[j] - 2 * product;
    double otherChange = upLeaves[j] + downJoins[i] - 2 * product;
    return before
        - LayerState.power(state.burden[hot] - shift + state.half * hotChange)
        - LayerState.power(state.burden[other] + shift + state.half * otherChange);
  }

  /** Returns at least what {@link #gain} returns, but for rounding, for less work. */
  double boundOfSwap(int i, int j, double shift) {
    double product = 2 * downLength[i] * upLength[j];
    double hotAfter =
        state.burden[hot] - shift + state.half * (downLeaves[i] + upJoins[j] - product);
    double otherAfter =
        state.burden[other] + shift + state.half * (upLeaves[j] + downJoins[i] - product);
    return before
        - LayerState.power(Math.max(0.0, hotAfter))
        - LayerState.power(Math.max(0.0, otherAfter));
  }
}
