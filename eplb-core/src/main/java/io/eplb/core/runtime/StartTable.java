package io.eplb.core.runtime;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.Counted;
import io.eplb.api.wording.Shape;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.Settings;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.placement.PlacementExpectation;
import io.eplb.core.format.placement.PlacementFormats;
import io.eplb.core.update.ExpertWeights;
import java.nio.file.Path;
import java.util.OptionalInt;

/** The table that an engine starts with, before anything has been measured. */
public final class StartTable {
  private StartTable() {}

  /**
   * Returns the map that {@code expert_map_path} names, else the usual initial layout of engines;
   * version 0. The engine's memory has to hold it before the runtime starts.
   *
   * @param layers the engine's layers that have experts
   * @param topology the engine's shape
   * @throws InvalidInputException if the map cannot be read or is not of that shape: the message
   *     names the file and both shapes
   */
  public static ExpertTable of(EplbConfig config, int layers, EpTopology topology) {
    String path = config.get(Settings.EXPERT_MAP_PATH);
    if (path.isEmpty()) {
      return ExpertTable.initial(layers, topology);
    }
    InputSource source = InputSource.of(Path.of(path));
    ExpertTable table =
        PlacementFormats.read(
                source,
                new PlacementExpectation(
                    OptionalInt.of(topology.experts()), OptionalInt.of(topology.ranks())))
            .requireRanks(source);
    if (table.layers() != layers || table.slotsPerRank() != topology.slotsPerRank()) {
      throw new InvalidInputException(
          "%s has %s × %s per rank, the engine %d × %d; start it with its own map"
              .formatted(
                  source.name(),
                  Counted.of(table.layers(), "layer"),
                  Counted.of(table.slotsPerRank(), "slot"),
                  layers,
                  topology.slotsPerRank()));
    }
    return table;
  }

  /**
   * Checks that an engine's memory can hold a table and be updated.
   *
   * @throws InvalidInputException if table, memory and topology do not have one shape, or the
   *     memory has no buffer
   */
  static void requireFits(ExpertTable table, ExpertWeights weights, EpTopology topology) {
    String shape = Shape.placement(table.layers(), table.ranks(), table.slotsPerRank());
    String memory = Shape.placement(weights.layers(), weights.ranks(), weights.slotsPerRank());
    String group = Shape.placement(table.layers(), topology.ranks(), topology.slotsPerRank());
    if (!shape.equals(memory) || !shape.equals(group)) {
      throw new InvalidInputException(
          "the start table has %s, the engine's memory %s, the topology %s; they must agree"
              .formatted(shape, memory, group));
    }
    if (table.experts() != topology.experts()) {
      throw new InvalidInputException(
          "the start table has %s, the topology %d; they must agree"
              .formatted(Counted.of(table.experts(), "expert"), topology.experts()));
    }
    if (weights.buffersPerRank() < 1) {
      throw new InvalidInputException(
          "the engine's memory has %d buffers per rank; it must have at least 1"
              .formatted(weights.buffersPerRank()));
    }
  }
}
