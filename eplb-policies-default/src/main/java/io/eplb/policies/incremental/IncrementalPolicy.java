package io.eplb.policies.incremental;

import io.eplb.api.Deadline;
import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.MigrationBudget;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyOption;
import io.eplb.api.Rebalance;
import io.eplb.policies.kernel.LayerOrder;
import java.util.Arrays;
import java.util.List;

/**
 * The policy {@code incremental}: lowers the load that the hottest rank is expected to have in the
 * next window, for few transfers from the current table. Stateless. The method is described with
 * the package.
 */
public final class IncrementalPolicy implements EplbPolicy {
  /** The value of {@code max-moves-per-layer} that leaves the number to the topology. */
  private static final long BY_RANKS = -1;

  /** The value of {@code move-price} that leaves the price to the limits. */
  private static final double BY_LIMITS = -1.0;

  /** Small steps lead to large ones; but what is balanced is left alone. */
  private static final double PRICE_OF_LIMITED_MOVES = 2e-5;

  static final PolicyOption<Long> MAX_MOVES_PER_LAYER =
      PolicyOption.integer(
          "max-moves-per-layer",
          BY_RANKS,
          BY_RANKS,
          MigrationBudget.MAX,
          "the most experts that a layer may receive per plan; 0 = unlimited; -1 = 4 and one more for"
              + " every 8 ranks, but at least 8, and more for a layer that is unsettled or whose"
              + " traffic shifts");

  static final PolicyOption<Long> MAX_MOVES_PER_RANK =
      PolicyOption.integer(
          "max-moves-per-rank",
          0,
          0,
          MigrationBudget.MAX,
          "the most experts that one rank may receive in a layer per plan; 0 = unlimited");

  static final PolicyOption<Long> MAX_MOVES_SHIFTED =
      PolicyOption.integer(
          "max-moves-shifted",
          0,
          0,
          MigrationBudget.MAX,
          "the most experts that a settled layer may receive per plan while its traffic shifts; 0 ="
              + " max-moves-per-layer, or if that is -1 four times as many as otherwise, but no more"
              + " than an unsettled layer");

  static final PolicyOption<Long> MAX_MOVES_UNSETTLED =
      PolicyOption.integer(
          "max-moves-unsettled",
          0,
          0,
          MigrationBudget.MAX,
          "the most experts that an unsettled layer may receive per plan; 0 = max-moves-per-layer, or"
              + " if that is -1 twice the redundant experts + 2, but at least a fifth of the slots");

  static final PolicyOption<Double> UNSETTLED_ABOVE =
      PolicyOption.decimal(
          "unsettled-above",
          1.5,
          1.0,
          1e9,
          "PAR on the estimate above which a layer is unsettled, as it is in the initial layout");

  static final PolicyOption<Double> MOVE_PRICE =
      PolicyOption.decimal(
          "move-price",
          BY_LIMITS,
          BY_LIMITS,
          1.0,
          "by which share one transfer has to lower the expected peak at least; below 0 = 0.00002"
              + " where moves are limited, else 0");

  static final PolicyOption<Double> NODE_CROSSING_PRICE =
      PolicyOption.decimal(
          "node-crossing-price",
          1.0,
          0.0,
          1e6,
          "what it costs beyond a transfer to place an expert off the node of its group, in"
              + " transfers");

  static final PolicyOption<Double> RISK_AVERSION =
      PolicyOption.decimal(
          "risk-aversion",
          12.0,
          0.0,
          1e3,
          "weight of the variance of a rank's load beside its mean; 0 = trust the estimate");

  static final PolicyOption<Double> LOAD_SPREAD =
      PolicyOption.decimal(
          "load-spread",
          0.2,
          0.0,
          10.0,
          "standard deviation of an average expert's load between windows relative to its mean,"
              + " assumed until it is measured");

  private static final double PRIOR_WINDOWS = 4.0;
  private static final double RECURRENCE = 0.5;

  /** The potential is a twelfth power: it falls twelve times as fast as the peak. */
  private static final double POTENTIAL_PER_PEAK = 12.0;

  /** An eighth of the time is kept for handing the answer over. */
  private static final int RESERVED_SHARE_OF_TIME = 8;

  /** Creates the policy. */
  public IncrementalPolicy() {}

  @Override
  public String name() {
    return "incremental";
  }

  @Override
  public List<PolicyOption<?>> options() {
    return List.of(
        MAX_MOVES_PER_LAYER,
        MAX_MOVES_PER_RANK,
        MAX_MOVES_SHIFTED,
        MAX_MOVES_UNSETTLED,
        UNSETTLED_ABOVE,
        MOVE_PRICE,
        NODE_CROSSING_PRICE,
        RISK_AVERSION,
        LOAD_SPREAD);
  }

  @Override
  public Rebalance rebalanceExperts(
      ExpertTable currentExpertTable, ExpertWorkload expertWorkload, PolicyContext context) {
    expertWorkload.requireShapeOf(currentExpertTable);
    int layers = currentExpertTable.layers();
    PlanSettings settings = settings(context);
    Deadline deadline = context.deadline();
    long stopAt = deadline.limited() ? deadline.remainingNanos() / RESERVED_SHARE_OF_TIME : -1;
    Placement.Builder placement = Placement.builder(currentExpertTable);
    double[] gains = new double[layers];
    Arrays.fill(gains, Double.NaN);
    context.forEachLayer(
        layers,
        () -> new LayerPlanner(context.topology(), currentExpertTable, expertWorkload, settings),
        (layer, planner) -> {
          if (planner.plan(layer, deadline, stopAt)) {
            placement.setLayer(layer, planner.row(), 0);
            gains[layer] = planner.gain();
          }
        });
    int[] priority = LayerOrder.byGain(gains);
    return priority.length == 0
        ? Rebalance.unchanged(currentExpertTable)
        : Rebalance.of(true, priority, placement.build());
  }

  private static PlanSettings settings(PolicyContext context) {
    MigrationBudget budget = context.migrationBudget();
    long asked = context.option(MAX_MOVES_PER_LAYER);
    long perLayer = asked == BY_RANKS ? PlanSettings.settledMoves(context.topology()) : asked;
    long perRank = context.option(MAX_MOVES_PER_RANK);
    long shifted = context.option(MAX_MOVES_SHIFTED);
    long unsettled = context.option(MAX_MOVES_UNSETTLED);
    if (perLayer == 0) {
      shifted = 0;
      unsettled = 0;
    } else {
      if (asked == BY_RANKS) {
        unsettled = unsettled == 0 ? PlanSettings.unsettledMoves(context.topology()) : unsettled;
        shifted = shifted == 0 ? PlanSettings.shiftedMoves(perLayer, unsettled) : shifted;
      }
      unsettled = Math.max(unsettled, perLayer);
      shifted = Math.max(shifted, perLayer);
    }
    boolean unlimited = perLayer == 0 && perRank == 0 && budget.unlimited();
    double price = context.option(MOVE_PRICE);
    if (price < 0.0) {
      price = unlimited ? 0.0 : PRICE_OF_LIMITED_MOVES;
    }
    unlimited &= price == 0.0;
    // Where nothing is loaded yet, only a limit that someone has asked for is worth a higher peak.
    boolean reachesReshuffle = unlimited || (budget.free() && !limited(context));
    double leastGain = POTENTIAL_PER_PEAK * price;
    return new PlanSettings(
        PlanSettings.limits(perLayer, perRank, budget, leastGain),
        PlanSettings.limits(shifted, perRank, budget, leastGain),
        PlanSettings.limits(unsettled, perRank, budget, leastGain),
        context.option(UNSETTLED_ABOVE),
        context.option(RISK_AVERSION),
        reachesReshuffle,
        // Without a limit the next plan can put right whatever this one gets wrong.
        unlimited ? 0.0 : PlanSettings.SINGLE_WINDOW_TRUST,
        context.option(NODE_CROSSING_PRICE),
        new Uncertainty(
            context.option(LOAD_SPREAD),
            PRIOR_WINDOWS,
            RECURRENCE,
            context.option(RISK_AVERSION) == 0.0));
  }

  /** Whether an option limits what may move, or sets what a move has to gain. */
  private static boolean limited(PolicyContext context) {
    return context.option(MAX_MOVES_PER_LAYER) > 0
        || context.option(MAX_MOVES_UNSETTLED) > 0
        || context.option(MAX_MOVES_PER_RANK) > 0
        || context.option(MOVE_PRICE) > 0.0;
  }
}
