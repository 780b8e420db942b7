package io.eplb.policies.incremental;

import io.eplb.api.EpTopology;
import io.eplb.api.MigrationBudget;

/**
 * The options of one plan, resolved against the topology and the caller's budget.
 *
 * @param settled what a settled layer may move
 * @param shifted what a settled layer may move at most if its traffic has shifted
 * @param unsettled what an unsettled layer may move
 * @param unsettledAbove PAR above which a layer is unsettled
 * @param riskAversion weight of a rank's variance beside its mean load
 * @param reachesReshuffle whether a layer that would end above a reshuffle moves without limits
 * @param singleWindowTrust the share of the aversion for a layer measured in one window only
 * @param nodeCrossingPrice what leaving the home node costs, in transfers
 * @param uncertainty how the next window is expected to differ
 */
record PlanSettings(
    MoveLimits settled,
    MoveLimits shifted,
    MoveLimits unsettled,
    double unsettledAbove,
    double riskAversion,
    boolean reachesReshuffle,
    double singleWindowTrust,
    double nodeCrossingPrice,
    Uncertainty uncertainty) {
  /** What one window tells about its own variance is a guess, and is trusted less. */
  static final double SINGLE_WINDOW_TRUST = 0.1;

  private static final long FEWEST_SETTLED_MOVES = 8L;
  private static final long BASIC_SETTLED_MOVES = 4L;
  private static final int RANKS_PER_SETTLED_MOVE = 8;

  /** How many times as many a layer may move whose traffic has shifted. */
  private static final int SHIFTED_SHARE = 4;

  /** How far the weight of the latest window rises now and then though the traffic is steady. */
  private static final double STEADY_SHIFT = 1.25;

  /** What every further rise by the window's own share adds, in what a settled layer may move. */
  private static final double MORE_PER_SHIFT = 4.0;

  /** A replica that has moved leaves its old and its new ranks to be balanced by what remains. */
  private static final int MOVES_PER_REPLICA_UNSETTLED = 2;

  private static final int MOVES_PER_REPLICA_SETTLED = 4;

  private static final double REPLICA_MARGIN_UNSETTLED = 0.1;
  private static final double REPLICA_MARGIN_SETTLED = 0.3;

  /** An unsettled layer may move this share of its slots, or what its redundancy calls for. */
  private static final int UNSETTLED_SHARE = 5;

  static MoveLimits limits(long perLayer, long perRank, MigrationBudget budget, double leastGain) {
    return new MoveLimits(
        stricter(perLayer, budget.maxMovesPerLayer()),
        stricter(perRank, budget.maxMovesPerRank()),
        leastGain);
  }

  /** Every redundant replica comes by a relay, of two transfers, and there is a swap to spare. */
  static long unsettledMoves(EpTopology topology) {
    return Math.max(
        2L * topology.redundantExperts() + 2, topology.physicalExperts() / UNSETTLED_SHARE);
  }

  /** The more ranks, the more of them stand out. */
  static long settledMoves(EpTopology topology) {
    return Math.max(
        FEWEST_SETTLED_MOVES, BASIC_SETTLED_MOVES + topology.ranks() / RANKS_PER_SETTLED_MOVE);
  }

  /** New traffic needs a placement of its own, but hardly more moves than from scratch. */
  static long shiftedMoves(long settled, long unsettled) {
    return Math.min(SHIFTED_SHARE * settled, unsettled);
  }

  /** How many replicas a layer may give to other experts before it is balanced. */
  int mostReplicas(boolean isUnsettled) {
    return (isUnsettled ? unsettled : settled).perLayer()
        / (isUnsettled ? MOVES_PER_REPLICA_UNSETTLED : MOVES_PER_REPLICA_SETTLED);
  }

  /** How much more variance a replica must take away at its new expert than it adds at its old. */
  static double replicaMargin(boolean isUnsettled) {
    return isUnsettled ? REPLICA_MARGIN_UNSETTLED : REPLICA_MARGIN_SETTLED;
  }

  /** The aversion for a layer whose load was measured in so many windows. */
  double aversion(int windows) {
    return windows > 1 ? riskAversion : riskAversion * singleWindowTrust;
  }

  /** What a layer may move whose latest window counts so many times as much as its share. */
  MoveLimits limits(boolean isUnsettled, double shift) {
    if (isUnsettled) {
      return unsettled;
    }
    double more = settled.perLayer() * (1.0 + MORE_PER_SHIFT * Math.max(0.0, shift - STEADY_SHIFT));
    return new MoveLimits(
        (int) Math.min(more, shifted.perLayer()), settled.perRank(), settled.leastGain());
  }

  private static int stricter(long option, int budget) {
    long limit = option == 0 ? Integer.MAX_VALUE : option;
    return (int) Math.min(limit, budget == 0 ? Integer.MAX_VALUE : budget);
  }
}
