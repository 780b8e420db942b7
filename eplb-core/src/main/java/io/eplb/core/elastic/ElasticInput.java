package io.eplb.core.elastic;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.Counted;
import io.eplb.api.wording.Shape;

/** The checks of the arguments of this package's entry points. */
final class ElasticInput {
  private ElasticInput() {}

  /**
   * Checks that a table, a topology and ranks have one shape.
   *
   * @throws InvalidInputException if not
   */
  static void requireShape(ExpertTable table, EpTopology topology, EpRanks ranks) {
    String shape = Shape.layer(table.experts(), table.ranks(), table.slotsPerRank());
    String wanted = Shape.layer(topology.experts(), topology.ranks(), topology.slotsPerRank());
    if (!shape.equals(wanted)) {
      throw new InvalidInputException(
          "I1: the expert table has %s, the topology %s; they must agree".formatted(shape, wanted));
    }
    requireRanks(table, ranks);
  }

  /**
   * Checks that ranks are those of a table.
   *
   * @throws InvalidInputException if not
   */
  static void requireRanks(ExpertTable table, EpRanks ranks) {
    if (table.ranks() != ranks.ranks() || table.slotsPerRank() != ranks.slotsPerRank()) {
      throw new InvalidInputException(
          "I1: the expert table has %s, the ranks %s; they must agree"
              .formatted(
                  Shape.slots(table.ranks(), table.slotsPerRank()),
                  Shape.slots(ranks.ranks(), ranks.slotsPerRank())));
    }
  }

  /**
   * Checks the loads of a table's experts; none at all stand for loads that are not known.
   *
   * @throws InvalidInputException if they are not layers × experts, one is negative or not finite,
   *     or a layer's sum is too large
   */
  static void requireLoads(ExpertTable table, double[] loads) {
    long expected = (long) table.layers() * table.experts();
    if (loads.length != 0 && loads.length != expected) {
      throw new InvalidInputException(
          "I1: there are %s; %s need %s, or none if loads are not known"
              .formatted(
                  Counted.of(loads.length, "expert load"),
                  Shape.loads(table.layers(), table.experts()),
                  expected));
    }
    double total = 0.0;
    for (int index = 0; index < loads.length; index++) {
      total = index % table.experts() == 0 ? loads[index] : total + loads[index];
      if (!(loads[index] >= 0.0 && total <= ExpertWorkload.MAX_LAYER_TOTAL)) {
        throw new InvalidInputException(
            "I2: the load of layer %s, expert %s is %s; every load must be finite and at least 0, and a layer's sum at most %s"
                .formatted(
                    index / table.experts(),
                    index % table.experts(),
                    loads[index],
                    ExpertWorkload.MAX_LAYER_TOTAL));
      }
    }
  }
}
