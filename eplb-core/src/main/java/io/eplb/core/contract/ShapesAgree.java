package io.eplb.core.contract;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.contract.Breach;
import io.eplb.api.contract.Rule;
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
              + shape(table.experts(), table.ranks(), table.slotsPerRank())
              + ", the topology "
              + shape(topology.experts(), topology.ranks(), topology.slotsPerRank()));
    }
    if (workload.layers() != table.layers()
        || workload.ranks() != table.ranks()
        || workload.slotsPerRank() != table.slotsPerRank()) {
      return breach(
          "the workload has "
              + layers(workload.layers(), workload.ranks(), workload.slotsPerRank())
              + ", the expert table "
              + layers(table.layers(), table.ranks(), table.slotsPerRank()));
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

  private static String shape(int experts, int ranks, int slots) {
    return counted(experts, "expert")
        + " on "
        + counted(ranks, "rank")
        + " × "
        + counted(slots, "slot");
  }

  /** Says the shape of a placement: {@code 1 layer × 4 ranks × 9 slots}. */
  static String layers(int layers, int ranks, int slots) {
    return counted(layers, "layer")
        + " × "
        + counted(ranks, "rank")
        + " × "
        + counted(slots, "slot");
  }

  private static String counted(int count, String noun) {
    return count == 1 ? "1 " + noun : count + " " + noun + "s";
  }
}
