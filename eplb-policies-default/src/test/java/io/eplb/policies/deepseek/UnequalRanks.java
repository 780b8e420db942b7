package io.eplb.policies.deepseek;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import java.util.Random;

/** Random groups whose ranks differ in speed and in usable slots, some of them dead. */
final class UnequalRanks {
  private UnequalRanks() {}

  /** Draws a topology whose nodes divide its groups. */
  static EpTopology hierarchicalTopology(Random random) {
    int nodes = 1 + random.nextInt(4);
    int groups = nodes * (1 + random.nextInt(3));
    int experts = groups * (1 + random.nextInt(8));
    int ranks = nodes * (1 + random.nextInt(4));
    return EpTopology.of(
        experts, ranks, nodes, groups, (experts + ranks - 1) / ranks + random.nextInt(4));
  }

  /** Draws ranks that can use enough slots for all experts together. */
  static EpRanks ranks(EpTopology topology, Random random) {
    EpRanks.Builder builder = EpRanks.builder(topology);
    int spare = topology.physicalExperts() - topology.experts();
    int speeds = random.nextInt(3);
    for (int rank = 0; rank < topology.ranks(); rank++) {
      if (random.nextInt(3) == 0) {
        int lost = Math.min(topology.slotsPerRank(), random.nextInt(spare + 1));
        builder.usableSlots(rank, topology.slotsPerRank() - lost);
        spare -= lost;
      }
      builder.speed(
          rank,
          switch (speeds) {
            case 0 -> 1.0;
            case 1 -> random.nextInt(4) == 0 ? 0.5 : 1.0;
            default -> Math.exp(random.nextGaussian());
          });
    }
    return builder.build();
  }

  /** Fills the usable slots of every layer with the experts in turn. */
  static ExpertTable table(EpTopology topology, EpRanks ranks, int layers) {
    int[] row = new int[topology.physicalExperts()];
    int next = 0;
    for (int slot = 0; slot < row.length; slot++) {
      int slots = topology.slotsPerRank();
      row[slot] =
          ranks.usable(slot / slots, slot % slots) ? next++ % topology.experts() : Placement.EMPTY;
    }
    Placement.Builder placement =
        Placement.builder(layers, topology.ranks(), topology.slotsPerRank());
    for (int layer = 0; layer < layers; layer++) {
      placement.setLayer(layer, row, 0);
    }
    return ExpertTable.of(1, topology.experts(), placement.build());
  }
}
