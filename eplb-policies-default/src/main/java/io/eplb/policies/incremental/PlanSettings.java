package io.eplb.policies.incremental;

import io.eplb.api.EpTopology;
import io.eplb.api.MigrationBudget;
import io.eplb.api.PolicyContext;
import io.eplb.policies.incremental.layer.LayerBudget;

/**
 * The options of one plan, resolved against the topology and the caller's budget.
 *
 * @param settled the budget of a settled layer
 * @param shifted the largest budget of a settled layer whose traffic has shifted
 * @param unsettled the budget of an unsettled layer
 * @param unsettledAbove PAR above which a layer is unsettled
 * @param riskAversion weight of a rank's variance beside its mean load
 * @param singleWindowTrust the share of the aversion for a layer measured in one window only
 * @param reachesFreshPlacement whether a layer that would end above a placement from scratch moves
 *     without limits
 * @param nodeCrossingPrice the price of leaving the home node, in transfers
 * @param loadSpread the assumed spread of an average expert's load between windows
 */
record PlanSettings(
    LayerBudget settled,
    LayerBudget shifted,
    LayerBudget unsettled,
    double unsettledAbove,
    double riskAversion,
    double singleWindowTrust,
    boolean reachesFreshPlacement,
    double nodeCrossingPrice,
    double loadSpread) {
  /** A share below 1, since one window does not show its own variance. */
  private static final double SINGLE_WINDOW_TRUST = 0.1;

  /** Low, since small steps lead to large ones; but a balanced layer is left alone. */
  private static final double PRICE_OF_LIMITED_MOVES = 2e-5;

  /** The potential is a twelfth power: it falls twelve times as fast as the peak. */
  private static final double POTENTIAL_PER_PEAK = 12.0;

  private static final long FEWEST_SETTLED_MOVES = 8L;
  private static final long BASIC_SETTLED_MOVES = 4L;
  private static final int RANKS_PER_SETTLED_MOVE = 8;

  /** The most that a layer may move whose traffic has shifted, in multiples of a settled layer. */
  private static final int SHIFTED_SHARE = 4;

  /** The rise of the latest window's weight that occurs now and then in steady traffic. */
  private static final double STEADY_SHIFT = 1.25;

  /**
   * The share added to a settled layer's budget for every further rise by the window's own share.
   */
  private static final double MORE_PER_SHIFT = 4.0;

  /** The moves per replica given to another expert: the ranks it leaves and joins need the rest. */
  private static final int MOVES_PER_REPLICA_UNSETTLED = 2;

  private static final int MOVES_PER_REPLICA_SETTLED = 4;

  private static final double REPLICA_MARGIN_UNSETTLED = 0.1;
  private static final double REPLICA_MARGIN_SETTLED = 0.3;

  /** An unsettled layer may move this fraction of its slots, or what its redundancy calls for. */
  private static final int UNSETTLED_FRACTION = 5;

  /** Resolves the options of a context. */
  static PlanSettings of(PolicyContext context) {
    EpTopology topology = context.topology();
    MigrationBudget budget = context.migrationBudget();
    long asked = context.option(IncrementalPolicy.MAX_MOVES_PER_LAYER);
    long perLayer = asked == IncrementalPolicy.BY_RANKS ? settledMoves(topology) : asked;
    long perRank = context.option(IncrementalPolicy.MAX_MOVES_PER_RANK);
    long shifted = context.option(IncrementalPolicy.MAX_MOVES_SHIFTED);
    long unsettled = context.option(IncrementalPolicy.MAX_MOVES_UNSETTLED);
    if (perLayer == 0) {
      shifted = 0;
      unsettled = 0;
    } else {
      if (asked == IncrementalPolicy.BY_RANKS) {
        unsettled = unsettled == 0 ? unsettledMoves(topology) : unsettled;
        shifted = shifted == 0 ? shiftedMoves(perLayer, unsettled) : shifted;
      }
      unsettled = Math.max(unsettled, perLayer);
      shifted = Math.max(shifted, perLayer);
    }
    boolean unlimited = perLayer == 0 && perRank == 0 && budget.unlimited();
    double price = context.option(IncrementalPolicy.MOVE_PRICE);
    if (price < 0.0) {
      price = unlimited ? 0.0 : PRICE_OF_LIMITED_MOVES;
    }
    unlimited &= price == 0.0;
    double leastGain = POTENTIAL_PER_PEAK * price;
    return new PlanSettings(
        layerBudget(perLayer, perRank, budget, leastGain),
        layerBudget(shifted, perRank, budget, leastGain),
        layerBudget(unsettled, perRank, budget, leastGain),
        context.option(IncrementalPolicy.UNSETTLED_ABOVE),
        context.option(IncrementalPolicy.RISK_AVERSION),
        // Without a limit the next plan can put right whatever this one gets wrong.
        unlimited ? 0.0 : SINGLE_WINDOW_TRUST,
        // Where nothing is loaded yet, only a limit that someone asked for is worth a higher peak.
        unlimited || (budget.free() && !isLimited(context)),
        context.option(IncrementalPolicy.NODE_CROSSING_PRICE),
        context.option(IncrementalPolicy.LOAD_SPREAD));
  }

  /** Returns whether an option limits what may move, or sets what a move has to gain. */
  private static boolean isLimited(PolicyContext context) {
    return context.option(IncrementalPolicy.MAX_MOVES_PER_LAYER) > 0
        || context.option(IncrementalPolicy.MAX_MOVES_UNSETTLED) > 0
        || context.option(IncrementalPolicy.MAX_MOVES_PER_RANK) > 0
        || context.option(IncrementalPolicy.MOVE_PRICE) > 0.0;
  }

  private static LayerBudget layerBudget(
      long perLayer, long perRank, MigrationBudget budget, double leastGain) {
    return new LayerBudget(
        stricter(perLayer, budget.maxMovesPerLayer()),
        stricter(perRank, budget.maxMovesPerRank()),
        leastGain);
  }

  private static int stricter(long option, int budget) {
    long limit = option == 0 ? Integer.MAX_VALUE : option;
    return (int) Math.min(limit, budget == 0 ? Integer.MAX_VALUE : budget);
  }

  /** Every redundant replica comes by a relay, of two transfers, and there is a swap to spare. */
  static long unsettledMoves(EpTopology topology) {
    return Math.max(
        2L * topology.redundantExperts() + 2, topology.physicalExperts() / UNSETTLED_FRACTION);
  }

  /** The more ranks, the more of them stand out. */
  static long settledMoves(EpTopology topology) {
    return Math.max(
        FEWEST_SETTLED_MOVES, BASIC_SETTLED_MOVES + topology.ranks() / RANKS_PER_SETTLED_MOVE);
  }

  /** New traffic needs a placement of its own, but hardly more moves than from scratch. */
  private static long shiftedMoves(long settled, long unsettled) {
    return Math.min(SHIFTED_SHARE * settled, unsettled);
  }

  /** Returns how many replicas a layer may give to other experts before it is balanced. */
  int mostReplicas(boolean isUnsettled) {
    return isUnsettled
        ? unsettled.perLayer() / MOVES_PER_REPLICA_UNSETTLED
        : settled.perLayer() / MOVES_PER_REPLICA_SETTLED;
  }

  /** Returns how much more variance a replica must take from its new expert than add to its old. */
  static double replicaMargin(boolean isUnsettled) {
    return isUnsettled ? REPLICA_MARGIN_UNSETTLED : REPLICA_MARGIN_SETTLED;
  }

  /** Returns the aversion for a layer whose load was measured in so many windows. */
  double aversion(int windows) {
    return windows > 1 ? riskAversion : riskAversion * singleWindowTrust;
  }

  /** Returns the budget of a layer whose latest window counts so many times its share. */
  LayerBudget budget(boolean isUnsettled, double shift) {
    if (isUnsettled) {
      return unsettled;
    }
    double more = settled.perLayer() * (1.0 + MORE_PER_SHIFT * Math.max(0.0, shift - STEADY_SHIFT));
    return new LayerBudget(
        (int) Math.min(more, shifted.perLayer()), settled.perRank(), settled.leastGain());
  }
}
