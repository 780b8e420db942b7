package io.eplb.core.contract;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.contract.Breach;
import io.eplb.api.contract.Rule;
import io.eplb.api.wording.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Rule I1: table, workload and topology have one shape, and the workload was measured under this
 * table.
 */
final class ShapesAgree {
  private ShapesAgree() {}

  static @Nullable Breach firstBreach(
      ExpertTable table, ExpertWorkload workload, EpTopology topology) {
    if (table.experts() != topology.experts()
        || table.ranks() != topology.ranks()
        || table.slotsPerRank() != topology.slotsPerRank()) {
      return breach(
          "the expert table has "
              + Shape.layer(table.experts(), table.ranks(), table.slotsPerRank())
              + ", the topology "
              + Shape.layer(topology.experts(), topology.ranks(), topology.slotsPerRank()));
    }
    if (workload.layers() != table.layers()
        || workload.ranks() != table.ranks()
        || workload.slotsPerRank() != table.slotsPerRank()) {
      return breach(
          "the workload has "
              + Shape.placement(workload.layers(), workload.ranks(), workload.slotsPerRank())
              + ", the expert table "
              + Shape.placement(table.layers(), table.ranks(), table.slotsPerRank()));
    }
    if (workload.measuredUnder() != table.version()) {
      return breach(
          "the workload was measured under version "
              + workload.measuredUnder()
              + " of the expert table, but version "
              + table.version()
              + " is in force; its slots hold other experts now");
    }
    return null;
  }

  private static Breach breach(String what) {
    return new Breach(Rule.I1, -1, -1, -1, what);
  }
}
