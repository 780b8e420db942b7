package io.eplb.core.format.load;

import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.InvalidInputException;
import io.eplb.core.format.ArrayForm;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.NumberArray;
import io.eplb.core.format.numpy.NumpyArchive;
import io.eplb.core.format.numpy.NumpyKinds;
import io.eplb.core.format.numpy.NumpyReader;
import java.util.List;

/** Reads workloads per slot, an engine's own view, from JSON, NPY or NPZ. */
public final class WorkloadFiles {
  private static final ArrayForm FORM =
      new ArrayForm(3, 4, "layers × ranks × slots, or windows × layers × ranks × slots");
  private static final JsonLoads JSON = new JsonLoads(FORM, List.of("expertWorkload"));

  private WorkloadFiles() {}

  /**
   * Reads a workload that was measured under a table, whose version it gets.
   *
   * @throws InvalidInputException if it cannot be read, is no workload, or its shape is not the
   *     table's: the message names the input and says both shapes
   */
  public static ExpertWorkload read(InputSource source, ExpertTable current) {
    NumberArray loads =
        switch (LoadFormat.of(source)) {
          case JSON -> JSON.read(source);
          case NUMPY -> NumpyReader.read(source, FORM, NumpyKinds.LOADS);
          case NUMPY_ARCHIVE -> NumpyArchive.read(source, FORM, NumpyKinds.LOADS);
          case CSV ->
              throw source.fault(
                  "holds text; expected JSON or NumPy data of " + FORM.description());
        };
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
