package io.eplb.core.format.load;

import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.NumberArray;

/** A reader of workloads per slot, as an engine measures them, from JSON, NPY or NPZ. */
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
    int windows = loads.dimensions() == 4 ? loads.length(0) : 1;
    return source.naming(
        () -> {
          ExpertWorkload workload =
              ExpertWorkload.of(
                  current.version(),
                  windows,
                  loads.length(-3),
                  loads.length(-2),
                  loads.length(-1),
                  loads.values());
          workload.requireShapeOf(current);
          requireNoTokensOnEmptySlots(loads.values(), current);
          return workload;
        });
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
