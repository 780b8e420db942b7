package io.eplb.policies.incremental;

import io.eplb.api.Dispatch;
import io.eplb.api.MigrationBudget;
import io.eplb.api.PolicyContext;
import io.eplb.policies.incremental.layer.LayerBudget;
import io.eplb.policies.incremental.layer.LivingRanks;

/**
 * The options of one plan, resolved against the living ranks and the caller's budget.
 *
 * @param settled the budget of a settled layer
 * @param shifted the largest budget of a settled layer whose traffic has shifted
 * @param unsettled the budget of an unsettled layer
 * @param unsettledAbove PAR above which a layer is unsettled
 * @param riskAversion weight of a rank's variance beside its mean load
 * @param singleWindowTrust the share of the aversion for a layer measured in one window only
 * @param reachesFreshPlacement whether a layer with a peak above that of a placement from scratch
 *     moves without limits
 * @param nodeCrossingPrice the price of leaving the home node, in transfers
 * @param loadSpread the assumed spread of an average expert's load between windows
 * @param dispatch what the peak is computed under
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
    double loadSpread,
    Dispatch dispatch) {
  /**
   * The share of the aversion for one window, low since one window does not show its own variance.
   */
  private static final double SINGLE_WINDOW_TRUST = 0.1;

  /**
   * The price of a move under limits: low, since small steps lead to large ones, but enough to keep
   * a balanced layer.
   */
  private static final double PRICE_OF_LIMITED_MOVES = 2e-5;

  /** The relative fall of the potential, a twelfth power, per relative fall of the peak. */
  private static final double POTENTIAL_PER_PEAK = 12.0;

  private static final long FEWEST_SETTLED_MOVES = 8L;
  private static final long BASIC_SETTLED_MOVES = 4L;
  private static final int RANKS_PER_SETTLED_MOVE = 8;

  /** The budget of a layer whose traffic has shifted, in multiples of a settled layer's. */
  private static final int SHIFTED_SHARE = 8;

  /** The largest rise of the latest window's weight that counts as steady traffic. */
  private static final double STEADY_SHIFT = 1.05;

  /**
   * The share added to a settled layer's budget for every further rise by the window's own share.
   */
  private static final double MORE_PER_SHIFT = 12.0;

  /**
   * The moves of the budget per replica moved: the ranks that it leaves and joins need the others.
   */
  private static final int MOVES_PER_REPLICA_UNSETTLED = 2;

  private static final int MOVES_PER_REPLICA_SETTLED = 4;

  private static final double REPLICA_MARGIN_UNSETTLED = 0.1;
  private static final double REPLICA_MARGIN_SETTLED = 0.3;

  /** The divisor of the slots for the least budget of an unsettled layer. */
  private static final int UNSETTLED_FRACTION = 5;

  /** Resolves the options of a context. */
  static PlanSettings of(PolicyContext context, LivingRanks ranks) {
    MigrationBudget budget = context.migrationBudget();
    long asked = context.option(IncrementalPolicy.MAX_MOVES_PER_LAYER);
    long perLayer = asked == IncrementalPolicy.BY_RANKS ? settledMoves(ranks) : asked;
    long perRank = context.option(IncrementalPolicy.MAX_MOVES_PER_RANK);
    long shifted = context.option(IncrementalPolicy.MAX_MOVES_SHIFTED);
    long unsettled = context.option(IncrementalPolicy.MAX_MOVES_UNSETTLED);
    if (perLayer == 0) {
      shifted = 0;
      unsettled = 0;
    } else {
      if (asked == IncrementalPolicy.BY_RANKS) {
        unsettled = unsettled == 0 ? unsettledMoves(ranks, dispatch(context)) : unsettled;
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
        // Without a limit the next plan can correct any mistake of this one.
        unlimited ? 0.0 : SINGLE_WINDOW_TRUST,
        // Where no weights are loaded yet, only a limit set by an option justifies a higher peak.
        unlimited || (budget.free() && !isLimited(context)),
        context.option(IncrementalPolicy.NODE_CROSSING_PRICE),
        context.option(IncrementalPolicy.LOAD_SPREAD),
        dispatch(context));
  }

  private static Dispatch dispatch(PolicyContext context) {
    String asked = context.option(IncrementalPolicy.DISPATCH);
    return asked.equals(IncrementalPolicy.BY_CONTEXT) ? context.dispatch() : Dispatch.of(asked);
  }

  /** Returns whether an option limits the moves or sets their price. */
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

  /**
   * Returns the moves of an unsettled layer: a relay of two transfers per redundant replica, one
   * swap, and the slots of slow ranks in proportion to the speed that they lack. A ring takes as
   * many for its replicas, and further ones for the swaps.
   */
  static long unsettledMoves(LivingRanks ranks, Dispatch dispatch) {
    int redundant = ranks.slots() - ranks.topology().experts();
    long fraction = ranks.slots() / UNSETTLED_FRACTION;
    return (dispatch != Dispatch.EVEN
            ? 2L * redundant + fraction
            : Math.max(2L * redundant + 2, fraction))
        + Math.round(ranks.missingCapacity());
  }

  /** Returns the moves of a settled layer, which grow with the ranks, as more of them are hot. */
  static long settledMoves(LivingRanks ranks) {
    return Math.max(
        FEWEST_SETTLED_MOVES, BASIC_SETTLED_MOVES + ranks.ranks() / RANKS_PER_SETTLED_MOVE);
  }

  /** Returns the moves of a settled layer after a shift, at most those of an unsettled layer. */
  private static long shiftedMoves(long settled, long unsettled) {
    return Math.min(SHIFTED_SHARE * settled, unsettled);
  }

  /** Returns the most replicas that a layer with a budget may move before the descent. */
  static int mostReplicas(boolean isUnsettled, LayerBudget budget) {
    return budget.perLayer()
        / (isUnsettled ? MOVES_PER_REPLICA_UNSETTLED : MOVES_PER_REPLICA_SETTLED);
  }

  /**
   * Returns the share by which a replica must lower the variance of its new expert beyond the rise
   * of its old one's.
   */
  static double replicaMargin(boolean isUnsettled) {
    return isUnsettled ? REPLICA_MARGIN_UNSETTLED : REPLICA_MARGIN_SETTLED;
  }

  /** Returns the aversion for a layer with load in {@code windows} windows. */
  double aversion(int windows) {
    return windows > 1 ? riskAversion : riskAversion * singleWindowTrust;
  }

  /** Returns the budget of a layer whose latest window counts {@code shift} times its share. */
  LayerBudget budget(boolean isUnsettled, double shift) {
    if (isUnsettled) {
      return unsettled;
    }
    double more = settled.perLayer() * (1.0 + MORE_PER_SHIFT * Math.max(0.0, shift - STEADY_SHIFT));
    return new LayerBudget(
        (int) Math.min(more, shifted.perLayer()), settled.perRank(), settled.leastGain());
  }
}
