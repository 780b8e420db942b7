package io.eplb.core.runtime;

import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.core.foreign.FailureReason;
import io.eplb.core.format.FileFailure;
import io.eplb.core.format.OutputTarget;
import io.eplb.core.format.placement.PlacementFormat;
import io.eplb.core.format.placement.PlacementFormats;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of the recorded expert map, written whole or not at all: a crash or a full disk at any
 * byte leaves the map before it. Written by one thread at a time.
 */
final class MapFile {
  private static final Logger LOG = LoggerFactory.getLogger(EplbRuntime.class);

  /** Empty for nowhere. */
  private final String path;

  private final PlacementFormat format;

  /** Written by the recording thread, read by the timeline's thread too. */
  private volatile long recorded;

  private boolean warned;

  /**
   * Creates a file that takes the table at the start as recorded: it came from the operator.
   *
   * @param path a file; empty to record nothing
   */
  MapFile(String path, long startVersion) {
    this(path, startVersion, PlacementFormats.named("vllm-ascend"));
  }

  MapFile(String path, long startVersion, PlacementFormat format) {
    this.path = path;
    this.recorded = startVersion;
    this.format = format;
  }

  /** Returns whether there is a place to record to and this table is not recorded there. */
  boolean wants(ExpertTable table) {
    return !path.isEmpty() && table.version() != recorded;
  }

  /** Records a table, and returns the reason why that failed; empty if it did not. */
  Optional<String> attempt(ExpertTable table) {
    try {
      record(table);
      return Optional.empty();
    } catch (InvalidInputException refused) {
      return Optional.of(FailureReason.of(refused));
    } catch (RuntimeException | Error fault) {
      return Optional.of("a fault of EPLB itself: " + FailureReason.of(fault));
    }
  }

  /**
   * Replaces the recorded map; creates its folder if that is missing.
   *
   * @throws InvalidInputException if it cannot be written, or a map cannot hold the table; the last
   *     recorded map stays
   */
  void record(ExpertTable table) {
    createFolder(table);
    OutputTarget.of(path, OutputStream.nullOutputStream(), true, List.of())
        .write(stream -> format.write(table, stream));
    recorded = table.version();
    if (table.hasEmptySlots() && !warned) {
      warned = true;
      LOG.warn("{} {}", path, format.emptySlotsWarning());
    }
  }

  /** Creates the folder of the map unless it exists, but none for a table that cannot be stored. */
  private void createFolder(ExpertTable table) {
    Path folder = Path.of(path).toAbsolutePath().getParent();
    if (folder == null || Files.isDirectory(folder)) {
      return;
    }
    try {
      format.write(table, OutputStream.nullOutputStream());
      Files.createDirectories(folder);
    } catch (IOException failed) {
      throw new InvalidInputException(
          path + ": its folder cannot be created: " + FileFailure.reason(failed), failed);
    }
  }
}
