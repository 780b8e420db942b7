package io.eplb.core.context;

import io.eplb.api.Placement;
import java.util.Random;

/** Random placements that hold every expert. */
final class TestRows {
  private TestRows() {}

  static Placement placement(
      int layers, int experts, int ranks, int slotsPerRank, boolean ordered, Random random) {
    Placement.Builder builder = Placement.builder(layers, ranks, slotsPerRank);
    int slots = ranks * slotsPerRank;
    for (int layer = 0; layer < layers; layer++) {
      int[] row = new int[slots];
      for (int slot = 0; slot < slots; slot++) {
        row[slot] = slot < experts ? slot : random.nextInt(experts);
      }
      for (int last = slots - 1; last > 0; last--) {
        int other = random.nextInt(last + 1);
        int swapped = row[last];
        row[last] = row[other];
        row[other] = swapped;
      }
      builder.setLayer(layer, row, 0);
      if (ordered) {
        builder.setReplicaOrder(layer, random.ints(slots, 0, 3).toArray(), 0);
      }
    }
    return builder.build();
  }
}
