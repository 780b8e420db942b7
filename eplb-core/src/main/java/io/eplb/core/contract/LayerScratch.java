package io.eplb.core.contract;

import io.eplb.api.EpTopology;
import io.eplb.api.MigrationBudget;
import io.eplb.api.contract.LayerProposal;
import java.util.Arrays;

/**
 * The memory of one worker for judging layers of one shape; reused from layer to layer and from
 * plan to plan. Rows and their replica-order keys have one entry per rank and slot.
 */
final class LayerScratch {
  final LayerProposal proposal;
  final int[] current;
  final int[] proposed;
  final int[] order;
  final int[] aligned;
  final int[] alignedOrder;

  /** Per expert, the lowest unused slot of the present rank that holds it; −1 between ranks. */
  final int[] firstSlot;

  /** Per slot, the next unused slot of the same rank and expert, or −1. */
  final int[] nextSlot;

  /** Per slot of the proposal, true if its replica has a slot in the aligned row. */
  final boolean[] placed;

  LayerScratch(EpTopology topology, MigrationBudget budget) {
    int slots = topology.physicalExperts();
    proposal = new LayerProposal(topology, budget);
    current = new int[slots];
    proposed = new int[slots];
    order = new int[slots];
    aligned = new int[slots];
    alignedOrder = new int[slots];
    firstSlot = new int[topology.experts()];
    Arrays.fill(firstSlot, SlotAlignment.NONE);
    nextSlot = new int[slots];
    placed = new boolean[slots];
  }
}
