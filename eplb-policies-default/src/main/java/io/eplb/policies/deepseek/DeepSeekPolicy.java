package io.eplb.policies.deepseek;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyOption;
import io.eplb.api.Rebalance;
import io.eplb.api.UnsupportedRequestException;
import io.eplb.policies.kernel.LayerOrder;
import io.eplb.policies.kernel.LayerPlacement;
import io.eplb.policies.kernel.NodeShape;
import io.eplb.policies.kernel.RankParts;
import io.eplb.policies.kernel.RepairedPlacement;
import io.eplb.policies.kernel.UnevenPlacement;
import java.util.List;
import java.util.function.Supplier;

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

  /** Returns the topology to place for: nodes and groups count unless the policy ignores them. */
  EpTopology view(EpTopology topology) {
    return topology;
  }

  /**
   * Returns the parts of unequal ranks: the nodes if whole groups find room on them, else one part.
   */
  RankParts parts(EpTopology topology, EpRanks ranks) {
    return RankParts.of(topology, ranks);
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
    Supplier<LayerPlacement> newPlacement = newPlacement(context);
    Placement.Builder placement =
        Placement.builder(table.layers(), table.ranks(), table.slotsPerRank());
    double[] gains = new double[table.layers()];
    context.forEachLayer(
        table.layers(),
        () -> new DeepSeekLayer(table, workload, context, newPlacement.get()),
        (layer, planner) -> gains[layer] = planner.plan(layer, placement));
    int[] layerPriority = LayerOrder.byGain(gains);
    return Rebalance.of(layerPriority.length > 0, layerPriority, placement.build());
  }

  private Supplier<LayerPlacement> newPlacement(PolicyContext context) {
    EpTopology topology = view(context.topology());
    EpRanks ranks = context.ranks();
    boolean exactReference = context.option(EXACT_REFERENCE);
    if (LayerPlacement.even(ranks)) {
      NodeShape shape = NodeShape.of(topology);
      return () -> new RepairedPlacement(shape, exactReference);
    }
    if (exactReference) {
      throw new UnsupportedRequestException(
          ("it answers exactly like DeepSeek's EPLB only for ranks that are equally fast and can use"
                  + " all slots, but %s; leave out the option %s")
              .formatted(difference(ranks), EXACT_REFERENCE.name()));
    }
    RankParts parts = parts(topology, ranks);
    return () -> new UnevenPlacement(parts, ranks);
  }

  /** Says how ranks differ, by the first example. */
  private static String difference(EpRanks ranks) {
    int rank = 0;
    while (ranks.usableSlots(rank) == ranks.slotsPerRank() && ranks.speed(rank) == ranks.speed(0)) {
      rank++;
    }
    return ranks.usableSlots(rank) < ranks.slotsPerRank()
        ? "rank %s can use %s of %s slots"
            .formatted(rank, ranks.usableSlots(rank), ranks.slotsPerRank())
        : "ranks 0 and %s have speeds %s and %s".formatted(rank, ranks.speed(0), ranks.speed(rank));
  }
}
