package io.eplb.core.format.load;

import io.eplb.api.InvalidInputException;
import io.eplb.core.format.ArrayForm;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.NumberArray;
import io.eplb.core.format.numpy.NumpyArchive;
import io.eplb.core.format.numpy.NumpyKinds;
import io.eplb.core.format.numpy.NumpyReader;
import io.eplb.core.format.numpy.NumpyStream;
import io.eplb.core.load.LoadRecording;
import io.eplb.core.load.LoadTrace;
import java.nio.file.Files;
import java.util.List;

/** Reads load recordings in any of the formats this package knows. */
public final class LoadFiles {
  private static final ArrayForm FORM =
      new ArrayForm(2, 3, "layers × experts, or windows × layers × experts");
  private static final JsonLoads JSON = new JsonLoads(FORM, List.of("load", "logical_count"));

  private LoadFiles() {}

  /**
   * Reads a recording from JSON, CSV, NPY, NPZ or a TensorRT-LLM statistics folder.
   *
   * @throws InvalidInputException if it cannot be read or is not a recording: the message names the
   *     input, the place in it and what was expected
   */
  public static LoadRecording read(InputSource source) {
    NumberArray loads = source.isFolder() ? StatisticsFolder.read(source) : array(source);
    int windows = loads.dimensions() == 3 ? loads.length(0) : 1;
    return source.naming(
        () -> LoadRecording.of(windows, loads.length(-2), loads.length(-1), loads.values()));
  }

  /**
   * Opens a recording for a walk through its windows. An NPY file is read one window at a time, so
   * that it may be larger than memory; anything else is read at once.
   *
   * @throws InvalidInputException as {@link #read}; what is wrong with the loads of an NPY file is
   *     said when their window is read
   */
  public static LoadTrace open(InputSource source) {
    boolean file = source.path().filter(Files::isRegularFile).isPresent();
    if (file && LoadFormat.of(source) == LoadFormat.NUMPY) {
      return NumpyTrace.open(source, NumpyStream.open(source, FORM, NumpyKinds.LOADS));
    }
    return LoadTrace.of(read(source));
  }

  private static NumberArray array(InputSource source) {
    return switch (LoadFormat.of(source)) {
      case JSON -> JSON.read(source);
      case CSV -> CsvLoads.read(source);
      case NUMPY -> NumpyReader.read(source, FORM, NumpyKinds.LOADS);
      case NUMPY_ARCHIVE -> NumpyArchive.read(source, FORM, NumpyKinds.LOADS);
    };
  }
}
