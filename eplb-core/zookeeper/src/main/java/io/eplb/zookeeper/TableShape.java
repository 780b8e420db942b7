package io.eplb.zookeeper;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.argument.Require;

/** The shape of the tables of a record; it never changes. */
record TableShape(int layers, int experts, int ranks, int slotsPerRank) {
  TableShape {
    Require.inRange("layers", layers, 1, EpTopology.MAX_LAYERS);
    // The topology checks the rest.
    EpTopology.of(experts, ranks, 1, 1, slotsPerRank);
  }

  static TableShape of(ExpertTable table) {
    return new TableShape(table.layers(), table.experts(), table.ranks(), table.slotsPerRank());
  }

  boolean fits(Placement placement) {
    return placement.layers() == layers
        && placement.ranks() == ranks
        && placement.slotsPerRank() == slotsPerRank;
  }

  int slots() {
    return ranks * slotsPerRank;
  }
}
