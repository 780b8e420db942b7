package io.eplb.core.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The temporary files that are being written: deleted should the process be told to end meanwhile.
 */
final class UnfinishedFiles {
  private static final Set<Path> FILES = ConcurrentHashMap.newKeySet();

  static {
    try {
      Runtime.getRuntime()
          .addShutdownHook(new Thread(UnfinishedFiles::deleteAll, "eplb-unfinished-files"));
    } catch (IllegalStateException endingAlready) {
      // Whoever writes now holds the end up until it is done, and cleans up by itself.
    }
  }

  private UnfinishedFiles() {}

  static void add(Path file) {
    FILES.add(file);
  }

  static void remove(Path file) {
    FILES.remove(file);
  }

  private static void deleteAll() {
    for (Path file : FILES) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException gone) {
        // The process is ending; there is nobody left to tell.
      }
    }
  }
}
