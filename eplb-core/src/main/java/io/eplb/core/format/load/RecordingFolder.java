package io.eplb.core.format.load;

import io.eplb.core.format.InputSource;
import io.eplb.core.load.LoadRecording;

/** The folders of loads per expert, told apart by the names of their files. */
final class RecordingFolder {
  private RecordingFolder() {}

  static LoadRecording read(InputSource folder) {
    return !folder.files("*.pt").isEmpty()
        ? LoadFiles.recording(folder, SglangRecording.readFolder(folder))
        : StatisticsFolder.read(folder);
  }
}
