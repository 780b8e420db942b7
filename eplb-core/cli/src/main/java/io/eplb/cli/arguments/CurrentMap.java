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
import io.eplb.core.load.LayerIds;
import java.io.InputStream;
import java.util.OptionalInt;
import java.util.function.BiFunction;

/**
 * The table to start from: the map of {@code --current}, or the engine's initial layout.
 *
 * @param name the name of its file
 * @param table its placement
 * @param topology its shape; nodes and groups come from the settings
 * @param ranks the ranks as they are; the table need not fit them
 * @param layerIds the model's own ids of the layers
 */
public record CurrentMap(
    String name, ExpertTable table, EpTopology topology, EpRanks ranks, LayerIds layerIds) {
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
    return new CurrentMap(name, table, topology, ranks, stored.layerIds());
  }

  /** Returns the initial layout of a model, of 0…E−1 and the redundant experts behind. */
  public static CurrentMap initial(
      int layers, int experts, EplbConfig config, InputStream standardInput) {
    return initial(ExpertTable::initial, LayerIds.from(0, layers), experts, config, standardInput);
  }

  /**
   * Returns the initial layout of an engine.
   *
   * @param layout makes the table from the number of layers and the topology
   * @param layerIds the model's own ids of the layers
   */
  public static CurrentMap initial(
      BiFunction<Integer, EpTopology, ExpertTable> layout,
      LayerIds layerIds,
      int experts,
      EplbConfig config,
      InputStream standardInput) {
    EpTopology topology = TopologyArguments.forExperts(experts, config);
    return new CurrentMap(
        "the initial layout",
        layout.apply(layerIds.layers(), topology),
        topology,
        RankSettings.of(config, standardInput).ranks(topology),
        layerIds);
  }

  /** Returns this map with the ids that a recording has, unless it has ids of its own. */
  CurrentMap named(LayerIds recorded) {
    return layerIds.fromZero() ? new CurrentMap(name, table, topology, ranks, recorded) : this;
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
