package io.eplb.policies.incremental;

import io.eplb.api.Deadline;
import io.eplb.api.Dispatch;
import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.MigrationBudget;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyOption;
import io.eplb.api.Rebalance;
import io.eplb.api.UnsupportedRequestException;
import io.eplb.policies.incremental.layer.LivingRanks;
import io.eplb.policies.kernel.LayerOrder;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * The policy {@code incremental}: lowers the expected load of the hottest rank in the next window,
 * by few transfers from the current table. Stateless. The package describes the method.
 */
public final class IncrementalPolicy implements EplbPolicy {
  /** The value of {@code max-moves-per-layer} for a number that depends on the ranks. */
  static final long BY_RANKS = -1;

  /** The value of {@code move-price} for a price that depends on the limits. */
  private static final double BY_LIMITS = -1.0;

  static final PolicyOption<Long> MAX_MOVES_PER_LAYER =
      PolicyOption.integer(
              "max-moves-per-layer",
              BY_RANKS,
              BY_RANKS,
              MigrationBudget.MAX,
              "the most experts that a layer may receive per plan; 0 = unlimited; -1 = 4 and one more for"
                  + " every 8 ranks, but at least 8, and more for a layer that is unsettled or whose"
                  + " traffic shifts")
          .unrestrictedAt(0L);

  static final PolicyOption<Long> MAX_MOVES_PER_RANK =
      PolicyOption.integer(
              "max-moves-per-rank",
              0,
              0,
              MigrationBudget.MAX,
              "the most experts that one rank may receive in a layer per plan; 0 = unlimited")
          .unrestrictedAt(0L);

  static final PolicyOption<Long> MAX_MOVES_SHIFTED =
      PolicyOption.integer(
              "max-moves-shifted",
              0,
              0,
              MigrationBudget.MAX,
              "the most experts that a settled layer may receive per plan while its traffic shifts; 0 ="
                  + " max-moves-per-layer, or if that is -1 eight times as many as otherwise, but no more"
                  + " than an unsettled layer")
          .unrestrictedAt(0L);

  static final PolicyOption<Long> MAX_MOVES_UNSETTLED =
      PolicyOption.integer(
              "max-moves-unsettled",
              0,
              0,
              MigrationBudget.MAX,
              "the most experts that an unsettled layer may receive per plan; 0 = max-moves-per-layer, or"
                  + " if that is -1 twice the redundant experts + 2, but at least a fifth of the slots,"
                  + " and more with slow ranks")
          .unrestrictedAt(0L);

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
              "weight of the variance of a rank's load beside its mean; 0 = trust the estimate")
          .unrestrictedAt(0.0);

  static final PolicyOption<Double> LOAD_SPREAD =
      PolicyOption.decimal(
          "load-spread",
          0.2,
          0.0,
          10.0,
          "standard deviation of an average expert's load between windows relative to its mean,"
              + " assumed until it is measured");

  /** The value of {@code dispatch} for that of the context. */
  static final String BY_CONTEXT = "auto";

  static final PolicyOption<String> DISPATCH =
      PolicyOption.choice(
          "dispatch",
          BY_CONTEXT,
          List.of(BY_CONTEXT, Dispatch.EVEN.label(), Dispatch.LP.label(), Dispatch.SINGLE.label()),
          "how the engine divides an expert's tokens among its replicas: evenly, anew for each"
              + " batch (lp), or all to one (single); auto = as configured");

  /** The share of the time that is reserved for returning the answer: one eighth. */
  private static final int RESERVED_SHARE_OF_TIME = 8;

  /** The most ranks; a new placement is compared with the current one for every pair of ranks. */
  private static final int MOST_RANKS = 16_384;

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
        LOAD_SPREAD,
        DISPATCH);
  }

  @Override
  public Rebalance rebalanceExperts(
      ExpertTable currentExpertTable, ExpertWorkload expertWorkload, PolicyContext context) {
    expertWorkload.requireShapeOf(currentExpertTable);
    if (currentExpertTable.ranks() > MOST_RANKS) {
      throw new UnsupportedRequestException(
          "it plans for at most %d ranks, and there are %d; use policy default"
              .formatted(MOST_RANKS, currentExpertTable.ranks()));
    }
    int layers = currentExpertTable.layers();
    LivingRanks ranks = new LivingRanks(context.topology(), context.ranks());
    PlanSettings settings = PlanSettings.of(context, ranks);
    Deadline deadline = context.deadline();
    long nanosLeftAtStop =
        deadline.limited() ? deadline.remainingNanos() / RESERVED_SHARE_OF_TIME : -1;
    Placement.Builder placement = Placement.builder(currentExpertTable);
    BooleanSupplier stops =
        () -> deadline.remainingNanos() <= nanosLeftAtStop || context.cancelled();
    double[] gains = new double[layers];
    Arrays.fill(gains, Double.NaN);
    context.forEachLayer(
        layers,
        () -> new MovePlanner(ranks, currentExpertTable, expertWorkload, settings, stops),
        (layer, planner) -> {
          if (planner.plan(layer)) {
            placement.setLayer(layer, planner.row(), 0);
            gains[layer] = planner.gain();
          }
        });
    int[] priority = LayerOrder.byGain(gains);
    return priority.length == 0
        ? Rebalance.unchanged(currentExpertTable)
        : Rebalance.of(true, priority, placement.build());
  }
}
