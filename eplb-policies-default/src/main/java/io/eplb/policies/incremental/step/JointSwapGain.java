package io.eplb.policies.incremental.step;

import io.eplb.policies.incremental.layer.Assignment;
import io.eplb.policies.incremental.layer.LayerState;
import io.eplb.policies.incremental.layer.RankBurdens;

/**
 * The gain of swaps between two ranks, joint deviations included. With F a rank's joint deviations
 * and a, b those of the replica that goes and of the one that comes, a swap changes ‖F‖² by ‖F − a
 * + b‖² − ‖F‖² = ‖a‖² + ‖b‖² − 2ab + 2Fb − 2Fa. All but ab is worked out once per rank and slot,
 * and |ab| ≤ ‖a‖‖b‖ gives a bound that leaves ab out.
 */
final class JointSwapGain {
  private final Assignment current;
  private final RankBurdens burdens;
  private final int slots;

  /**
   * By slot of the hot rank: the change of ‖F‖² there as its expert leaves, that on the other rank
   * as it joins, and its own ‖a‖.
   */
  private final double[] downLeaves;

  private final double[] downJoins;
  private final double[] downLength;

  /** The same by slot of the other rank. */
  private final double[] upLeaves;

  private final double[] upJoins;
  private final double[] upLength;

  private int hot;
  private int other;
  private double before;

  JointSwapGain(LayerState state) {
    this.current = state.current();
    this.burdens = state.burdens();
    this.slots = current.slotsPerRank();
    this.downLeaves = new double[slots];
    this.downJoins = new double[slots];
    this.downLength = new double[slots];
    this.upLeaves = new double[slots];
    this.upJoins = new double[slots];
    this.upLength = new double[slots];
  }

  /**
   * Returns the most that any swaps between two ranks could gain: both ranks end up alike, their
   * joint deviations included.
   */
  double boundOfPair(int hotRank, int otherRank) {
    double apart = burdens.jointDistance(hotRank, otherRank);
    double alike =
        (burdens.burden(hotRank) + burdens.burden(otherRank) - burdens.halfAversion() * apart / 2)
            / 2;
    return burdens.power(hotRank)
        + burdens.power(otherRank)
        - 2 * RankBurdens.powerOf(Math.max(0.0, alike));
  }

  /** Takes two ranks in hand. */
  void setRanks(int hotRank, int otherRank) {
    hot = hotRank;
    other = otherRank;
    before = burdens.power(hot) + burdens.power(other);
    for (int i = 0; i < slots; i++) {
      prepare(downLeaves, downJoins, downLength, i, hot, other);
      prepare(upLeaves, upJoins, upLength, i, other, hot);
    }
  }

  /** Works out what depends on one expert alone. */
  private void prepare(double[] leaves, double[] joins, double[] length, int i, int from, int to) {
    int expert = current.expert(from * slots + i);
    double norm = burdens.jointSquare(expert);
    leaves[i] = norm - 2 * burdens.jointProductWithRank(expert, from);
    joins[i] = norm + 2 * burdens.jointProductWithRank(expert, to);
    length[i] = Math.sqrt(norm);
  }

  /**
   * Returns by how much the potential falls if two slots exchange their experts.
   *
   * @param i slot of the hot rank, from 0
   * @param j slot of the other rank, from 0
   * @param shift by how much the share of the expert that goes to the other rank is larger
   */
  double gain(int i, int j, double shift) {
    double product =
        burdens.jointProduct(current.expert(hot * slots + i), current.expert(other * slots + j));
    double hotChange = downLeaves[i] + upJoins[j] - 2 * product;
    double otherChange = upLeaves[j] + downJoins[i] - 2 * product;
    double halfAversion = burdens.halfAversion();
    return before
        - RankBurdens.powerOf(burdens.burden(hot) - shift + halfAversion * hotChange)
        - RankBurdens.powerOf(burdens.burden(other) + shift + halfAversion * otherChange);
  }

  /** Returns at least what {@link #gain} returns, but for rounding, for less work. */
  double boundOfSwap(int i, int j, double shift) {
    double product = 2 * downLength[i] * upLength[j];
    double halfAversion = burdens.halfAversion();
    double hotAfter =
        burdens.burden(hot) - shift + halfAversion * (downLeaves[i] + upJoins[j] - product);
    double otherAfter =
        burdens.burden(other) + shift + halfAversion * (upLeaves[j] + downJoins[i] - product);
    return before
        - RankBurdens.powerOf(Math.max(0.0, hotAfter))
        - RankBurdens.powerOf(Math.max(0.0, otherAfter));
  }
}
