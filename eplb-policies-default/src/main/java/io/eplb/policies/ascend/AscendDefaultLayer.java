package io.eplb.policies.ascend;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.MigrationBudget;
import io.eplb.api.Placement;
import io.eplb.policies.kernel.LayerPlacement;
import io.eplb.policies.kernel.LayerRow;
import io.eplb.policies.kernel.LoadScale;
import io.eplb.policies.kernel.RankCapacity;
import io.eplb.policies.kernel.RankParts;
import io.eplb.policies.kernel.UnevenPlacement;
import org.jspecify.annotations.Nullable;

/** Plans one layer at a time for {@code ascend-default}, in one worker's scratch memory. */
final class AscendDefaultLayer {
  private final RankCapacity capacity;
  private final int slots;
  private final int experts;
  private final int[] current;
  private final int[] packed;
  private final int[] aligned;
  private final double[] loads;
  private final double[] share;
  private final int[] extra;
  private final ExtraFirstPacking packing;

  /**
   * The placement where ranks differ, which the reference does not know; null where they do not.
   */
  private final @Nullable UnevenPlacement uneven;

  private final int[] perExpert;

  AscendDefaultLayer(EpTopology topology, EpRanks ranks) {
    this.capacity = RankCapacity.of(ranks);
    this.slots = topology.slotsPerRank();
    this.experts = topology.experts();
    this.current = new int[topology.physicalExperts()];
    this.packed = new int[topology.physicalExperts()];
    this.aligned = new int[topology.physicalExperts()];
    this.loads = new double[experts];
    this.share = new double[experts];
    this.extra = new int[experts];
    this.packing = new ExtraFirstPacking(topology.ranks(), slots, experts);
    this.uneven =
        LayerPlacement.even(ranks)
            ? null
            : new UnevenPlacement(RankParts.whole(topology, ranks), ranks);
    this.perExpert = new int[experts];
  }

  /** Plans a layer, sets it in {@code placement} if it changes, and records its peaks. */
  void plan(
      int layer,
      ExpertTable table,
      ExpertWorkload workload,
      MigrationBudget budget,
      Placement.Builder placement,
      LayerGain gain) {
    table.copyLayer(layer, current, 0);
    workload.expertLoads(table, layer, loads, 0);
    double largest = LoadScale.normalize(loads);
    if (largest == 0.0) {
      return;
    }
    double before = LayerRow.peak(current, loads, capacity, perExpert, share);
    if (uneven != null) {
      uneven.place(loads, packed);
    } else if (slots > experts) {
      LayerRow.holdAllEverywhere(packed, slots, experts);
    } else {
      ReplicaCounts.assign(loads, packed.length - experts, capacity.ranks, 1, share, extra);
      packing.pack(share, extra, packed);
    }
    double after = LayerRow.peak(packed, loads, capacity, perExpert, share);
    if (after < before) {
      SlotKeeping.align(current, packed, aligned, slots, perExpert);
      if (LayerRow.withinBudget(
          current,
          aligned,
          slots,
          budget.maxMovesPerLayer(),
          budget.maxMovesPerRank(),
          perExpert)) {
        placement.setLayer(layer, aligned, 0);
      } else {
        after = before;
      }
    } else {
      after = before;
    }
    gain.record(layer, before, after, LoadScale.exponent(largest));
  }
}
