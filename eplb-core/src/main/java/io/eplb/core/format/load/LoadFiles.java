package io.eplb.core.format.load;

import io.eplb.api.InvalidInputException;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.NumberArray;
import io.eplb.core.format.numpy.NumpyTrace;
import io.eplb.core.load.LoadRecording;
import io.eplb.core.load.LoadTrace;
import java.nio.file.Files;

/** A reader of load recordings in any {@link LoadFormat}. */
public final class LoadFiles {
  private LoadFiles() {}

  /**
   * Reads a recording from a file, or from a folder that an engine left.
   *
   * @throws InvalidInputException if it cannot be read or is not a recording: the message names the
   *     input, the place in it and what was expected
   */
  public static LoadRecording read(InputSource source) {
    if (source.isFolder()) {
      return RecordingFolder.read(source);
    }
    return recording(source, LoadFormat.read(source, LoadShape.PER_EXPERT));
  }

  /** Creates the recording of windows × layers × experts loads, or of one window. */
  static LoadRecording recording(InputSource source, NumberArray loads) {
    int windows = loads.dimensions() == 3 ? loads.length(0) : 1;
    return source.naming(
        () -> LoadRecording.of(windows, loads.length(-2), loads.length(-1), loads.values()));
  }

  /**
   * Opens a recording for a walk through its windows. An NPY file is read one window at a time, so
   * that it may be larger than memory; anything else is read at once.
   *
   * @throws InvalidInputException as {@link #read}; faults in the loads of an NPY file are found
   *     when their window is read
   */
  public static LoadTrace open(InputSource source) {
    boolean file = source.path().filter(Files::isRegularFile).isPresent();
    if (file && LoadFormat.of(source) == LoadFormat.NUMPY) {
      return NumpyTrace.open(source, LoadShape.PER_EXPERT.form());
    }
    return LoadTrace.of(read(source));
  }
}
