package com.example.eplb;

import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyOption;
import io.eplb.api.Rebalance;
import java.util.List;

/**
 * The policy {@code swap-hottest}: relieves the hottest rank of each layer by a few swaps, each of
 * which exchanges one expert between two ranks.
 *
 * <p>How many replicas an expert has stays as it is; swaps alone can neither lose an expert nor
 * leave a slot empty, so every row on the way is a legal one and the search may stop anywhere.
 */
public final class SwapHottestPolicy implements EplbPolicy {
  // Options are constants, so that what is declared and what is read cannot differ. The core has
  // checked type and range before the policy is asked: no need to check again.
  private static final PolicyOption<Long> MAX_SWAPS =
      PolicyOption.integer("max-swaps", 16, 0, 64, "the most swaps in one layer");
  private static final PolicyOption<Double> THRESHOLD =
      PolicyOption.decimal(
          "threshold",
          1.05,
          1.0,
          10.0,
          "a layer is left alone once its hottest rank has at most so many times the mean load");

  /** Made by ServiceLoader. The policy has no fields: it may be asked by many threads at once. */
  public SwapHottestPolicy() {}

  @Override
  public String name() {
    return "swap-hottest";
  }

  @Override
  public List<PolicyOption<?>> options() {
    return List.of(MAX_SWAPS, THRESHOLD);
  }

  @Override
  public Rebalance rebalanceExperts(
      ExpertTable currentExpertTable, ExpertWorkload expertWorkload, PolicyContext context) {
    int layers = currentExpertTable.layers();
    int maxSwaps = Math.toIntExact(context.option(MAX_SWAPS));
    double threshold = context.option(THRESHOLD);
    // What is not set below stays as it is, as rule P5 wants it for layers that are not marked.
    Placement.Builder placement = Placement.builder(currentExpertTable);
    double[] gains = new double[layers];

    // The core runs layers on as many cores as it grants. Each worker has its own scratch, and each
    // layer writes to its own element of gains: nothing needs a lock.
    context.forEachLayer(
        layers,
        () -> new HottestSwaps(context),
        (layer, swaps) -> {
          currentExpertTable.copyLayer(layer, swaps.row, 0);
          expertWorkload.expertLoads(currentExpertTable, layer, swaps.loads, 0);
          gains[layer] = swaps.run(maxSwaps, threshold);
          if (gains[layer] > 0.0) {
            placement.setLayer(layer, swaps.row, 0);
          }
        });

    int[] mostProfitableFirst = LayerOrder.mostProfitableFirst(gains);
    return Rebalance.of(mostProfitableFirst.length > 0, mostProfitableFirst, placement.build());
  }
}
