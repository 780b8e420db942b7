package io.eplb.core.contract;

import io.eplb.api.EpTopology;
import io.eplb.api.MigrationBudget;
import io.eplb.api.contract.LayerProposal;

/**
 * The memory of one worker for judging layers of one shape; reused from layer to layer and from
 * plan to plan.
 */
final class LayerScratch {
  final LayerProposal proposal;
  final SlotAlignment.Scratch alignment;
  final int[] current;
  final int[] proposed;
  final int[] order;
  final int[] aligned;
  final int[] alignedOrder;

  LayerScratch(EpTopology topology, MigrationBudget budget) {
    int slots = topology.physicalExperts();
    proposal = new LayerProposal(topology, budget);
    alignment = new SlotAlignment.Scratch(topology.experts(), topology.slotsPerRank());
    current = new int[slots];
    proposed = new int[slots];
    order = new int[slots];
    aligned = new int[slots];
    alignedOrder = new int[slots];
  }
}
