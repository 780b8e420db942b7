package io.eplb.cli.arguments;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InsufficientSlotsException;
import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.Shape;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.RankSettings;
import io.eplb.core.elastic.Repair;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.placement.PlacementExpectation;
import io.eplb.core.format.placement.PlacementFormats;
import io.eplb.core.format.placement.StoredPlacement;
import java.io.InputStream;
import java.util.OptionalInt;

/**
 * The table to start from: the map of {@code --current}, or the engine's initial layout.
 *
 * @param name the name of its file
 * @param table its placement
 * @param topology its shape; nodes and groups come from the settings
 * @param ranks the ranks as they are; the table need not fit them
 * @param firstMoeLayer the model's own id of the first layer
 */
public record CurrentMap(
    String name, ExpertTable table, EpTopology topology, EpRanks ranks, int firstMoeLayer) {
  /**
   * Reads a map.
   *
   * @throws InvalidInputException if it cannot be read, or the settings contradict it
   */
  public static CurrentMap read(String name, EplbConfig config, InputStream standardInput) {
    InputSource source = InputSource.of(name, standardInput);
    StoredPlacement stored =
        PlacementFormats.read(
            source,
            new PlacementExpectation(OptionalInt.empty(), TopologyArguments.givenRanks(config)));
    ExpertTable table = stored.requireRanks(source);
    EpTopology topology = TopologyArguments.forCurrent(table, name, config);
    EpRanks ranks = RankSettings.of(config, standardInput).ranks(topology, table, source.name());
    return new CurrentMap(name, table, topology, ranks, stored.firstMoeLayer());
  }

  /** Returns the initial layout of a model, of 0…E−1 and the redundant experts behind. */
  public static CurrentMap initial(
      int layers, int experts, EplbConfig config, InputStream standardInput) {
    EpTopology topology = TopologyArguments.forExperts(experts, config);
    return new CurrentMap(
        "the initial layout",
        ExpertTable.initial(layers, topology),
        topology,
        RankSettings.of(config, standardInput).ranks(topology),
        0);
  }

  /**
   * Makes the table fit the ranks.
   *
   * @param loads layers × experts tokens; none if they are not known
   * @throws InsufficientSlotsException if the living ranks have too few slots for the experts
   */
  public Repair fitted(double[] loads) {
    return Repair.of(table, topology, ranks, loads);
  }

  /**
   * Checks that loads have as many layers and experts as this map.
   *
   * @param loads the name of their file
   * @throws InvalidInputException if they have others; it names both shapes
   */
  public void requireShape(String loads, int layers, int experts) {
    if (table.layers() != layers || table.experts() != experts) {
      throw new InvalidInputException(
          "%s has %s, %s has %d × %d; they must agree"
              .formatted(
                  loads, Shape.loads(layers, experts), name, table.layers(), table.experts()));
    }
  }
}
