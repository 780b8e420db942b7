package io.eplb.core.format.load;

import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.InvalidInputException;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.NumberArray;

/** A reader of workloads per slot, as an engine measures them, from JSON, NPY or NPZ. */
public final class WorkloadFiles {
  private WorkloadFiles() {}

  /**
   * Reads a workload that was measured under a table; it gets the table's version.
   *
   * @throws InvalidInputException if it cannot be read, is no workload, or its shape is not the
   *     table's: the message names the input and says both shapes
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
          return workload;
        });
  }
}
