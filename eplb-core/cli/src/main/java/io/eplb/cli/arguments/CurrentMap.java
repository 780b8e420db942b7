package io.eplb.cli.arguments;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.Shape;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.placement.PlacementExpectation;
import io.eplb.core.format.placement.PlacementFormats;
import io.eplb.core.format.placement.StoredPlacement;
import java.io.InputStream;
import java.util.OptionalInt;

/**
 * The map in force, as {@code --current} names it.
 *
 * @param name of the file
 * @param table what it holds
 * @param topology its shape; nodes and groups are the settings'
 * @param firstMoeLayer the model's own id of the first layer
 */
public record CurrentMap(String name, ExpertTable table, EpTopology topology, int firstMoeLayer) {
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
    return new CurrentMap(
        name, table, TopologyArguments.forCurrent(table, name, config), stored.firstMoeLayer());
  }

  /**
   * Checks that loads are those of this map's model.
   *
   * @param loads the name of their file
   * @throws InvalidInputException if not, saying both shapes
   */
  public void requireShape(String loads, int layers, int experts) {
    if (table.layers() != layers || table.experts() != experts) {
      throw new InvalidInputException(
          loads
              + " has "
              + Shape.loads(layers, experts)
              + ", "
              + name
              + " has "
              + table.layers()
              + " × "
              + table.experts()
              + "; they must agree");
    }
  }
}
