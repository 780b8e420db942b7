package io.eplb.core.update.promise;

import io.eplb.api.EpTopology;
import io.eplb.api.Placement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Placements for tests. */
final class Placements {
  private Placements() {}

  /** Returns a placement of every expert and of as many others as there is room for. */
  static Placement random(Random random, EpTopology topology, int layers) {
    int physical = topology.physicalExperts();
    Placement.Builder rows = Placement.builder(layers, topology.ranks(), topology.slotsPerRank());
    for (int layer = 0; layer < layers; layer++) {
      List<Integer> row = new ArrayList<>();
      for (int slot = 0; slot < physical; slot++) {
        row.add(slot < topology.experts() ? slot : random.nextInt(topology.experts()));
      }
      Collections.shuffle(row, random);
      rows.setLayer(layer, row.stream().mapToInt(Integer::intValue).toArray(), 0);
    }
    return rows.build();
  }
}
