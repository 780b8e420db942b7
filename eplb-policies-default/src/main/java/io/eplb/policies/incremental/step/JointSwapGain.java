package io.eplb.policies.incremental.step;

import io.eplb.policies.incremental.layer.Assignment;
import io.eplb.policies.incremental.layer.LayerState;
import io.eplb.policies.incremental.layer.RankBurdens;

/**
 * The gain of swaps between two ranks, joint deviations included. Let F be a rank's joint
 * deviations, a those of the replica that leaves and b those of the replica that joins. A swap
 * changes ‖F‖² by ‖F − a + b‖² − ‖F‖² = ‖a‖² + ‖b‖² − 2ab + 2Fb − 2Fa. All terms but ab are
 * computed once per pair of ranks and slot, when a swap asks for them first, and |ab| ≤ ‖a‖‖b‖
 * gives a bound without ab.
 */
final class JointSwapGain {
  private final Assignment current;
  private final RankBurdens burdens;

  /**
   * The change of ‖F‖² on the hot rank as the expert of each of its slots leaves, the change on the
   * other rank as it joins, its ‖a‖, and the pair of ranks for which these are known.
   */
  private final double[] downLeaves;

  private final double[] downJoins;
  private final double[] downLength;
  private final int[] downPair;

  /** The same for each slot of the other rank. */
  private final double[] upLeaves;

  private final double[] upJoins;
  private final double[] upLength;
  private final int[] upPair;

  private int pair;
  private int hot;
  private int other;
  private int hotFrom;
  private int otherFrom;
  private double hotScale;
  private double otherScale;
  private double before;

  JointSwapGain(LayerState state) {
    this.current = state.current();
    this.burdens = state.burdens();
    int slots = current.mostSlots();
    this.downLeaves = new double[slots];
    this.downJoins = new double[slots];
    this.downLength = new double[slots];
    this.downPair = new int[slots];
    this.upLeaves = new double[slots];
    this.upJoins = new double[slots];
    this.upLength = new double[slots];
    this.upPair = new int[slots];
  }

  /**
   * Returns an upper bound for the gain of any swaps between two ranks: both end up equally hot,
   * joint deviations included.
   */
  double boundOfPair(int hotRank, int otherRank) {
    double apart = burdens.jointDistance(hotRank, otherRank);
    double both =
        burdens.burden(hotRank) + burdens.burden(otherRank) - burdens.halfAversion() * apart / 2;
    return burdens.power(hotRank)
        + burdens.power(otherRank)
        - burdens.powerIfEqual(hotRank, otherRank, Math.max(0.0, both));
  }

  /** Sets the two ranks. */
  void setRanks(int hotRank, int otherRank) {
    pair++;
    hot = hotRank;
    other = otherRank;
    before = burdens.power(hot) + burdens.power(other);
    hotFrom = current.from(hot);
    otherFrom = current.from(other);
    hotScale = burdens.powerScale(hot);
    otherScale = burdens.powerScale(other);
  }

  /** Computes the terms of one expert. */
  private void prepare(
      double[] leaves, double[] joins, double[] length, int i, int slot, int from, int to) {
    int expert = current.expert(slot);
    double norm = burdens.jointSquare(expert);
    leaves[i] = norm - 2 * burdens.jointProductWithRank(expert, from);
    joins[i] = norm + 2 * burdens.jointProductWithRank(expert, to);
    length[i] = Math.sqrt(norm);
  }

  /**
   * Returns the fall of the potential if two slots exchange their experts. {@link #boundOfSwap}
   * must have been asked first.
   *
   * @param i slot of the hot rank, from 0
   * @param j slot of the other rank, from 0
   * @param shift the share of the hot rank's expert minus that of the other rank's
   */
  double gain(int i, int j, double shift) {
    double product =
        burdens.jointProduct(current.expert(hotFrom + i), current.expert(otherFrom + j));
    double hotChange = downLeaves[i] + upJoins[j] - 2 * product;
    double otherChange = upLeaves[j] + downJoins[i] - 2 * product;
    double halfAversion = burdens.halfAversion();
    return before
        - RankBurdens.twelfth((burdens.burden(hot) - shift + halfAversion * hotChange) * hotScale)
        - RankBurdens.twelfth(
            (burdens.burden(other) + shift + halfAversion * otherChange) * otherScale);
  }

  /** Returns an upper bound of {@link #gain}, up to rounding, that is cheaper to compute. */
  double boundOfSwap(int i, int j, double shift) {
    if (downPair[i] != pair) {
      downPair[i] = pair;
      prepare(downLeaves, downJoins, downLength, i, hotFrom + i, hot, other);
    }
    if (upPair[j] != pair) {
      upPair[j] = pair;
      prepare(upLeaves, upJoins, upLength, j, otherFrom + j, other, hot);
    }
    double product = 2 * downLength[i] * upLength[j];
    double halfAversion = burdens.halfAversion();
    double hotAfter =
        burdens.burden(hot) - shift + halfAversion * (downLeaves[i] + upJoins[j] - product);
    double otherAfter =
        burdens.burden(other) + shift + halfAversion * (upLeaves[j] + downJoins[i] - product);
    return before
        - RankBurdens.twelfth(Math.max(0.0, hotAfter) * hotScale)
        - RankBurdens.twelfth(Math.max(0.0, otherAfter) * otherScale);
  }
}
