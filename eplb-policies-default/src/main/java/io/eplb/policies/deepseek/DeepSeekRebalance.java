package io.eplb.policies.deepseek;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyOption;
import io.eplb.api.Rebalance;
import io.eplb.policies.kernel.LayerOrder;
import io.eplb.policies.kernel.NodeShape;

/** The common part of the three policies of the family. */
final class DeepSeekRebalance {
  /** Switches every deviation from the reference off. */
  static final PolicyOption<Boolean> EXACT_REFERENCE =
      PolicyOption.flag(
          "exact-reference",
          false,
          "answer bit for bit like DeepSeek's EPLB, duplicates on a rank and idle layers included");

  private DeepSeekRebalance() {}

  /**
   * Plans every layer.
   *
   * @param hierarchical whether node by node, which whole expert groups have to fit onto
   */
  static Rebalance rebalance(
      ExpertTable table, ExpertWorkload workload, PolicyContext context, boolean hierarchical) {
    EpTopology topology = context.topology();
    NodeShape shape =
        NodeShape.of(
            topology.experts(),
            hierarchical ? topology.expertGroups() : 1,
            topology.ranks(),
            hierarchical ? topology.nodes() : 1,
            topology.slotsPerRank());
    boolean exactReference = context.option(EXACT_REFERENCE);
    Placement.Builder placement =
        Placement.builder(table.layers(), table.ranks(), table.slotsPerRank());
    double[] gains = new double[table.layers()];
    context.forEachLayer(
        table.layers(),
        () -> new DeepSeekLayer(table, workload, shape, context.migrationBudget(), exactReference),
        (layer, planner) -> gains[layer] = planner.plan(layer, placement));
    int[] layerPriority = LayerOrder.byGain(gains);
    return Rebalance.of(layerPriority.length > 0, layerPriority, placement.build());
  }
}
