package io.eplb.cli.processes;

import io.eplb.api.InvalidInputException;
import io.eplb.cli.reports.TextReport;
import io.eplb.core.engine.shared.SharedFolder;
import io.eplb.core.format.FileFailure;
import io.eplb.core.lock.ProcessLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folders of a demonstration with processes: one for what engines and agents share, in memory
 * where that has room, and one for all other files. A demonstration that was killed leaves them;
 * the next one removes the memory that nobody uses any more.
 */
final class DemoFolders implements AutoCloseable {
  private static final String PREFIX = "eplb-demo-";
  private static final String LOCK = "demonstration.lock";
  private static final Path MEMORY = Path.of("/dev/shm");

  private final Path files;
  private final SharedFolder shared;
  private final ProcessLock lock;
  private boolean kept;

  private DemoFolders(Path files, SharedFolder shared, ProcessLock lock) {
    this.files = files;
    this.shared = shared;
    this.lock = lock;
  }

  /**
   * Creates the folders.
   *
   * @param bytes the bytes that engines and agents share
   * @throws InvalidInputException if there is no room for them, or no folder can be written
   */
  static DemoFolders create(long bytes) {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir", "."));
    for (Path parent : List.of(MEMORY, temporary)) {
      removeLeftovers(parent);
      if (Files.isWritable(parent) && parent.toFile().getUsableSpace() >= bytes) {
        return createIn(parent, temporary);
      }
    }
    throw new InvalidInputException(
        "the memory of the ranks takes %s, and neither %s nor %s has so much room; take fewer --expert-bytes"
            .formatted(TextReport.bytes(bytes), MEMORY, temporary));
  }

  private static DemoFolders createIn(Path parent, Path temporary) {
    SharedFolder shared = new SharedFolder(parent.resolve(PREFIX + ProcessHandle.current().pid()));
    try {
      return new DemoFolders(
          Files.createTempDirectory(temporary, PREFIX),
          shared,
          ProcessLock.take(shared.path().resolve(LOCK), "this demonstration"));
    } catch (IOException failed) {
      throw new InvalidInputException(
          "%s: no folder can be made for the demonstration: %s"
              .formatted(temporary, FileFailure.reason(failed)),
          failed);
    }
  }

  /** Returns the folder of all files but those that engines and agents share. */
  Path files() {
    return files;
  }

  /** Returns the folder that engines and agents share. */
  SharedFolder shared() {
    return shared;
  }

  /** Keeps what the processes said, for people to read after a fault. */
  void keep() {
    kept = true;
  }

  @Override
  public void close() {
    remove(shared.path());
    lock.close();
    if (!kept) {
      remove(files);
    }
  }

  private static void removeLeftovers(Path parent) {
    try (Stream<Path> all = Files.list(parent)) {
      all.filter(folder -> String.valueOf(folder.getFileName()).startsWith(PREFIX))
          .filter(DemoFolders::isLeft)
          .forEach(DemoFolders::remove);
    } catch (IOException unreadable) {
      // Nothing of ours can be removed there.
    }
  }

  private static boolean isLeft(Path folder) {
    Path held = folder.resolve(LOCK);
    return Files.isWritable(held) && !ProcessLock.isHeld(held);
  }

  private static void remove(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException left) {
      // The system removes temporary files some day.
    }
  }
}
