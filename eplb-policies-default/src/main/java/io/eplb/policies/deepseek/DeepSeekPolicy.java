package io.eplb.policies.deepseek;

import io.eplb.api.EpTopology;
import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyOption;
import io.eplb.api.Rebalance;
import io.eplb.policies.kernel.LayerOrder;
import io.eplb.policies.kernel.NodeShape;
import java.util.List;

/** The common part of the three policies: options and planning. */
abstract class DeepSeekPolicy implements EplbPolicy {
  /** Switches every deviation from the reference off. */
  static final PolicyOption<Boolean> EXACT_REFERENCE =
      PolicyOption.flag(
          "exact-reference",
          false,
          "answer bit for bit like DeepSeek's EPLB, duplicates on a rank and idle layers included");

  private final String name;

  DeepSeekPolicy(String name) {
    this.name = name;
  }

  /** Returns the division of a layer into nodes: by default whole groups per node if they fit. */
  NodeShape shape(EpTopology topology) {
    return NodeShape.of(
        topology.experts(),
        topology.expertGroups(),
        topology.ranks(),
        topology.nodes(),
        topology.slotsPerRank());
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final List<PolicyOption<?>> options() {
    return List.of(EXACT_REFERENCE);
  }

  @Override
  public final Rebalance rebalanceExperts(
      ExpertTable table, ExpertWorkload workload, PolicyContext context) {
    NodeShape shape = shape(context.topology());
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
