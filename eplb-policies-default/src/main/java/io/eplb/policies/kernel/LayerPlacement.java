package io.eplb.policies.kernel;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;

/** A way to place one layer after the other from scratch. */
public interface LayerPlacement {
  /**
   * Returns the placement of the policy {@code default}: DeepSeek's with its repair where all slots
   * are usable and all ranks equally fast, else an {@link UnevenPlacement}; node by node where
   * whole groups fit onto nodes, else over all ranks.
   *
   * @param ranks at least as many usable slots as experts
   */
  static LayerPlacement of(EpTopology topology, EpRanks ranks) {
    return even(ranks)
        ? new RepairedPlacement(NodeShape.of(topology), false)
        : new UnevenPlacement(RankParts.of(topology, ranks), ranks);
  }

  /** Returns whether ranks differ neither in usable slots nor in speed. */
  static boolean even(EpRanks ranks) {
    return ranks.allSlotsUsable() && ranks.equalSpeeds();
  }

  /**
   * Places a layer.
   *
   * @param loads by logical expert, in tokens, finite and at least 0
   * @param row receives the logical expert of each slot, rank by rank
   * @return whether the layer was placed; if not, it is idle and {@code row} is left alone
   */
  boolean place(double[] loads, int[] row);
}
