package io.eplb.policies.flashlb;

import io.eplb.api.EpTopology;
import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.LayerEnd;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyOption;
import io.eplb.api.PolicyTraits;
import io.eplb.api.Rebalance;
import io.eplb.policies.kernel.LayerOrder;
import io.eplb.policies.kernel.RankCapacity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The policy {@code flashlb}: places replicas by the mean and fluctuation of the load over the last
 * windows, searches for replica counts in steps, and keeps replicas on their ranks as far as
 * possible.
 *
 * <p>After {@code FlashLB} of vLLM-Ascend at 182b75e; the package lists the differences. Stateful:
 * an instance remembers the windows of earlier calls, each once by its id, so it serves one
 * runtime, one call at a time. A planned row counts as achieved unless {@link #layerEnded} says
 * that it did not come into force. A call costs O(slots × ranks) per layer and placement tried.
 */
public final class FlashlbPolicy implements EplbPolicy {
  /** Groups with fewer ranks than this have thresholds of their own. */
  private static final int FEW_RANKS = 32;

  private static final PolicyOption<Long> WINDOW_SIZE =
      PolicyOption.integer(
          "window-size", 6, 1, 256, "how many of the last windows of a layer are remembered");
  private static final PolicyOption<Double> Z_SCORE =
      PolicyOption.decimal(
          "z-score", 0.674, 0.0, 100.0, "how many standard deviations above the mean a risk lies");
  private static final PolicyOption<Long> SEARCH_DEPTH =
      PolicyOption.integer(
          "search-depth", 4, 0, 16, "blocks of experts whose replica counts are varied in turn");
  private static final PolicyOption<Long> SEARCH_WIDTH =
      PolicyOption.integer("search-width", 8, 0, 64, "replica counts tried for a block");
  private static final PolicyOption<Double> KEEP_BONUS =
      PolicyOption.decimal(
          "keep-bonus",
          4.0,
          0.0,
          100.0,
          "by how much of a replica's load a rank that holds its expert may be riskier than others");
  private static final PolicyOption<Double> LEAST_GAIN =
      PolicyOption.decimal(
          "least-gain",
          0.005,
          0.0,
          1.0,
          "the share by which a layer's mean PAR over the window must fall for it to change");
  private static final PolicyOption<Double> UPDATE_RATIO =
      ratio("update-ratio", 0.9, "at least " + FEW_RANKS + " ranks");
  private static final PolicyOption<Double> UPDATE_RATIO_FEW_RANKS =
      ratio("update-ratio-few-ranks", 0.95, "fewer than " + FEW_RANKS + " ranks");
  private static final PolicyOption<Double> UPDATE_BALANCEDNESS =
      balancedness("update-balancedness", 0.85, "at least " + FEW_RANKS + " ranks");
  private static final PolicyOption<Double> UPDATE_BALANCEDNESS_FEW_RANKS =
      balancedness("update-balancedness-few-ranks", 0.9, "fewer than " + FEW_RANKS + " ranks");

  private @Nullable PolicyMemory memory;

  /** Creates the policy; it remembers nothing yet. */
  public FlashlbPolicy() {}

  @Override
  public String name() {
    return "flashlb";
  }

  @Override
  public List<PolicyOption<?>> options() {
    return List.of(
        WINDOW_SIZE,
        Z_SCORE,
        SEARCH_DEPTH,
        SEARCH_WIDTH,
        KEEP_BONUS,
        LEAST_GAIN,
        UPDATE_RATIO,
        UPDATE_BALANCEDNESS,
        UPDATE_RATIO_FEW_RANKS,
        UPDATE_BALANCEDNESS_FEW_RANKS);
  }

  @Override
  public PolicyTraits traits() {
    return PolicyTraits.builder().stateful(true).build();
  }

  @Override
  public void layerEnded(LayerEnd end) {
    PolicyMemory remembered = memory;
    if (remembered != null && end.outcome() != LayerEnd.Outcome.COMMITTED) {
      remembered.revoke(end.layer());
    }
  }

  @Override
  public Rebalance rebalanceExperts(
      ExpertTable currentExpertTable, ExpertWorkload expertWorkload, PolicyContext context) {
    TimeReserve time = new TimeReserve(context.deadline());
    int layers = currentExpertTable.layers();
    EpTopology topology = context.topology();
    FlashlbSettings settings = settings(context);
    PolicyMemory remembered = memory(topology, layers, settings.windowSize());
    RankCapacity capacity = RankCapacity.of(context.ranks());
    Placement.Builder placement = Placement.builder(currentExpertTable);
    double[] gains = new double[layers];
    context.forEachLayer(
        layers,
        () ->
            new FlashlbLayer(
                topology.experts(), capacity, context.migrationBudget(), settings, time),
        (layer, planner) ->
            gains[layer] =
                planner.plan(
                    layer, currentExpertTable, expertWorkload, remembered.layer(layer), placement));
    int[] priority = LayerOrder.byGain(gains);
    return Rebalance.of(priority.length > 0, priority, placement.build());
  }

  private static PolicyOption<Double> ratio(String name, double value, String where) {
    return PolicyOption.decimal(
        name,
        value,
        0.0,
        1.0,
        "with " + where + ", a layer below this share of what its last plan promised is planned");
  }

  private static PolicyOption<Double> balancedness(String name, double value, String where) {
    return PolicyOption.decimal(
        name, value, 0.0, 1.0, "with " + where + ", a layer less balanced than this is planned");
  }

  private PolicyMemory memory(EpTopology topology, int layers, int windowSize) {
    PolicyMemory remembered = memory;
    if (remembered == null || !remembered.fits(topology, layers, windowSize)) {
      remembered = new PolicyMemory(topology, layers, windowSize);
      memory = remembered;
    }
    return remembered;
  }

  private static FlashlbSettings settings(PolicyContext context) {
    boolean few = context.topology().ranks() < FEW_RANKS;
    return new FlashlbSettings(
        Math.toIntExact(context.option(WINDOW_SIZE)),
        context.option(Z_SCORE),
        Math.toIntExact(context.option(SEARCH_DEPTH)),
        Math.toIntExact(context.option(SEARCH_WIDTH)),
        context.option(KEEP_BONUS),
        context.option(LEAST_GAIN),
        context.option(few ? UPDATE_RATIO_FEW_RANKS : UPDATE_RATIO),
        context.option(few ? UPDATE_BALANCEDNESS_FEW_RANKS : UPDATE_BALANCEDNESS));
  }
}
