package io.eplb.core.format.load;

import io.eplb.core.format.InputSource;
import io.eplb.core.load.LoadRecording;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The folders of loads per expert, told apart by the names of their files. */
final class RecordingFolder {
  private RecordingFolder() {}

  static LoadRecording read(InputSource folder) {
    return has(folder, "*.pt")
        ? LoadFiles.recording(folder, SglangRecording.readFolder(folder))
        : StatisticsFolder.read(folder);
  }

  private static boolean has(InputSource folder, String names) {
    Path path = folder.path().orElseThrow();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path, names)) {
      return entries.iterator().hasNext();
    } catch (IOException exception) {
      throw folder.unreadable(exception);
    }
  }
}
