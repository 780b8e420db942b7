package io.eplb.core.format.load;

import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.api.wording.Shape;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.NumberArray;

/**
 * A reader of workloads per slot, as an engine measures them, from JSON, NPY or NPZ: layers × ranks
 * × slots, or layers × physical slots, which are numbered rank by rank; in several windows or one.
 */
public final class WorkloadFiles {
  private WorkloadFiles() {}

  /**
   * Reads a workload that was measured under a table; it gets the table's version.
   *
   * @throws InvalidInputException if it cannot be read, is no workload, its shape is not the
   *     table's, or a slot has tokens and no expert in the table: the message names the input and
   *     the place, or both shapes
   */
  public static ExpertWorkload read(InputSource source, ExpertTable current) {
    NumberArray loads = LoadFormat.read(source, LoadShape.PER_SLOT);
    return source.naming(
        () -> {
          ExpertWorkload workload =
              ExpertWorkload.of(
                  current.version(),
                  windows(loads, current),
                  current.layers(),
                  current.ranks(),
                  current.slotsPerRank(),
                  loads.values());
          requireNoTokensOnEmptySlots(loads.values(), current);
          return workload;
        });
  }

  /**
   * Returns the number of windows in loads of either form.
   *
   * @throws InvalidInputException if they are of neither form for this table
   */
  private static int windows(NumberArray loads, ExpertTable current) {
    int dimensions = loads.dimensions();
    if (loads.endsWith(current.layers(), current.ranks(), current.slotsPerRank())) {
      return dimensions == 4 ? loads.length(0) : 1;
    }
    if (dimensions < 4 && loads.endsWith(current.layers(), current.physicalExperts())) {
      return dimensions == 3 ? loads.length(0) : 1;
    }
    throw new InvalidInputException(
        "I1: has the shape %s, the current map %s; expected %s × %s × %s or %s × %s, perhaps with windows before"
            .formatted(
                loads.shape(),
                Shape.placement(current.layers(), current.ranks(), current.slotsPerRank()),
                current.layers(),
                current.ranks(),
                current.slotsPerRank(),
                current.layers(),
                current.physicalExperts()));
  }

  private static void requireNoTokensOnEmptySlots(double[] tokens, ExpertTable current) {
    if (!current.hasEmptySlots()) {
      return;
    }
    int slots = current.slotsPerRank();
    int[] row = new int[current.physicalExperts()];
    for (int from = 0; from < tokens.length; from += row.length) {
      int layer = from / row.length % current.layers();
      current.copyLayer(layer, row, 0);
      for (int slot = 0; slot < row.length; slot++) {
        if (row[slot] == Placement.EMPTY && tokens[from + slot] != 0.0) {
          throw new InvalidInputException(
              "I2: layer %s, rank %s, slot %s has %s tokens, and the current map has no expert there"
                  .formatted(layer, slot / slots, slot % slots, tokens[from + slot]));
        }
      }
    }
  }
}
