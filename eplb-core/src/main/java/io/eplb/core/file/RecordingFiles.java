package io.eplb.core.file;

import io.eplb.api.InvalidInputException;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.load.LoadFiles;
import io.eplb.core.load.LoadRecording;
import io.eplb.core.load.LoadTrace;
import java.nio.file.Path;

/**
 * Reads measured loads: JSON, CSV, NumPy's {@code .npy} and {@code .npz}, and the folder of
 * statistics that TensorRT-LLM writes.
 *
 * <pre>{@code
 * LoadRecording recording = RecordingFiles.read(Path.of("loads.npy"));
 * double[] loads = recording.sum(0, recording.windows() - 1);
 * ExpertWorkload workload = ExpertWorkload.ofExpertLoads(table, loads);
 * }</pre>
 */
public final class RecordingFiles {
  private RecordingFiles() {}

  /**
   * Reads a recording.
   *
   * @throws InvalidInputException if it cannot be read or is no recording: the message names the
   *     file, the place in it and what was expected
   */
  public static LoadRecording read(Path file) {
    return LoadFiles.read(InputSource.of(file));
  }

  /**
   * Opens a recording for a walk through its windows; an NPY file may be larger than memory.
   *
   * @throws InvalidInputException as {@link #read}; faults in the loads of an NPY file are found
   *     when their window is read
   */
  public static LoadTrace open(Path file) {
    return LoadFiles.open(InputSource.of(file));
  }
}
