package io.eplb.policies.ascend;

import io.eplb.api.EpTopology;
import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyOption;
import io.eplb.api.Rebalance;
import io.eplb.policies.kernel.LayerPlacement;
import io.eplb.policies.kernel.RankCapacity;
import java.util.List;
import java.util.function.Supplier;

/**
 * The policy {@code swift}: balances every layer by few transfers, at most one expert per layer
 * over each link (an ordered pair of ranks).
 *
 * <p>After {@code SwiftBalanceEplb} of vLLM-Ascend at 182b75e; the package lists the differences,
 * and {@link SwiftLayer} describes the search.
 */
public final class SwiftPolicy implements EplbPolicy {
  private static final PolicyOption<Double> ACCEPT_THRESHOLD =
      AscendDefaultPolicy.acceptThreshold();
  private static final PolicyOption<Double> IMBALANCE_THRESHOLD =
      PolicyOption.decimal(
          "imbalance-threshold", 1.01, 1.0, 1000.0, "layers with a PAR below this are left alone");
  private static final PolicyOption<Double> SWAP_THRESHOLD =
      PolicyOption.decimal(
          "swap-threshold",
          0.01,
          1e-6,
          1.0,
          "the least by which a swap must lower the peak of its two ranks, as a share of the mean");
  private static final PolicyOption<Double> TRANSFER_PRICE =
      PolicyOption.decimal(
          "transfer-price",
          0.2,
          1e-6,
          100.0,
          "what one transfer per rank must lower PAR by to be worth it");
  private static final PolicyOption<Long> MAX_SWAPS =
      PolicyOption.integer(
          "max-swaps", 100, 0, 100_000, "the most swaps or replacements tried in a layer");
  private static final PolicyOption<Boolean> INTRA_NODE =
      PolicyOption.flag(
          "intra-node", false, "whether a rank may receive experts from its own node only");

  /** Creates the policy; it has no state. */
  public SwiftPolicy() {}

  @Override
  public String name() {
    return "swift";
  }

  @Override
  public List<PolicyOption<?>> options() {
    return List.of(
        ACCEPT_THRESHOLD,
        IMBALANCE_THRESHOLD,
        SWAP_THRESHOLD,
        TRANSFER_PRICE,
        MAX_SWAPS,
        INTRA_NODE);
  }

  @Override
  public Rebalance rebalanceExperts(
      ExpertTable currentExpertTable, ExpertWorkload expertWorkload, PolicyContext context) {
    int layers = currentExpertTable.layers();
    SwiftSettings settings =
        new SwiftSettings(
            context.option(IMBALANCE_THRESHOLD),
            context.option(SWAP_THRESHOLD),
            Math.toIntExact(context.option(MAX_SWAPS)),
            context.option(TRANSFER_PRICE),
            context.option(INTRA_NODE));
    EpTopology topology = context.topology();
    boolean even = LayerPlacement.even(context.ranks());
    RankCapacity capacity =
        even
            ? RankCapacity.nominal(topology.ranks(), topology.slotsPerRank())
            : RankCapacity.of(context.ranks());
    double firstMean = firstMean(currentExpertTable, expertWorkload, capacity);
    Supplier<SwiftLayer> scratch =
        () ->
            new SwiftLayer(
                topology, capacity, even, context.migrationBudget(), settings, firstMean);
    SwiftPlan plan = new SwiftPlan(currentExpertTable, expertWorkload);
    context.forEachLayer(layers, scratch, plan::plan);
    if (even) {
      plan.saveTransfers(scratch);
      if (plan.worse()) {
        context.forEachLayer(layers, scratch, plan::improve);
        plan.saveTransfers(scratch);
      }
    }
    return plan.answer(context.option(ACCEPT_THRESHOLD));
  }

  /**
   * Returns the first layer's mean load ÷ speed of a rank, by which the reference measures all
   * layers.
   */
  private static double firstMean(
      ExpertTable table, ExpertWorkload workload, RankCapacity capacity) {
    double[] loads = new double[table.experts()];
    workload.expertLoads(table, 0, loads, 0);
    double mean = 0.0;
    for (double load : loads) {
      mean += load / capacity.totalSpeed;
    }
    return mean;
  }
}
