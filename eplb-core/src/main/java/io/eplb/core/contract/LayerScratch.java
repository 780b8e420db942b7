package io.eplb.core.contract;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.MigrationBudget;
import io.eplb.api.contract.LayerProposal;
import java.util.Arrays;

/**
 * The memory of one worker for judging layers of one shape; reused from layer to layer and from
 * plan to plan. Rows have one entry per rank and slot.
 */
final class LayerScratch {
  final EpRanks ranks;
  final LayerProposal proposal;
  final int[] current;
  final int[] proposed;
  final int[] aligned;

  /**
   * Per accepted slot, the proposal's slot of the same replica: itself unless slots are aligned.
   */
  final int[] origin;

  /** Room for what else is said per slot, as proposed and as aligned. */
  final int[] values;

  final int[] alignedValues;

  /** Per expert, the lowest unused slot of the present rank that holds it; −1 between ranks. */
  final int[] firstSlot;

  /** Per slot, the next unused slot of the same rank and expert, or −1. */
  final int[] nextSlot;

  /** Per slot of the proposal, true if its replica has a slot in the aligned row. */
  final boolean[] placed;

  LayerScratch(EpTopology topology, EpRanks ranks, MigrationBudget budget) {
    int slots = topology.physicalExperts();
    this.ranks = ranks;
    proposal = new LayerProposal(topology, ranks, budget);
    current = new int[slots];
    proposed = new int[slots];
    aligned = new int[slots];
    origin = new int[slots];
    Arrays.setAll(origin, slot -> slot);
    values = new int[slots];
    alignedValues = new int[slots];
    firstSlot = new int[topology.experts()];
    Arrays.fill(firstSlot, SlotAlignment.NONE);
    nextSlot = new int[slots];
    placed = new boolean[slots];
  }
}
