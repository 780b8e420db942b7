package io.eplb.core.runtime;

import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.core.foreign.FailureReason;
import io.eplb.core.format.OutputTarget;
import io.eplb.core.format.placement.PlacementFormat;
import io.eplb.core.format.placement.PlacementFormats;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records the table in force as an expert map, whole or not at all: a crash or a full disk at any
 * byte leaves the map before it. Maps are recorded by one thread at a time.
 */
final class MapRecorder {
  /** Empty for nowhere. */
  private final String path;

  private final PlacementFormat format;

  /** Written by the worker, read by the timeline's thread too. */
  private volatile long recorded;

  /**
   * Creates a recorder that holds the table at the start for recorded: it came from the operator.
   *
   * @param path a file; empty to record nothing
   */
  MapRecorder(String path, long startVersion) {
    this(path, startVersion, PlacementFormats.named("vllm-ascend"));
  }

  MapRecorder(String path, long startVersion, PlacementFormat format) {
    this.path = path;
    this.recorded = startVersion;
    this.format = format;
  }

  /** Returns whether there is a place to record to, and this table is not there yet. */
  boolean wants(ExpertTable table) {
    return !path.isEmpty() && table.version() != recorded;
  }

  /** Records, and returns why that failed; null if it did not. */
  @Nullable String attempt(ExpertTable table) {
    try {
      record(table);
      return null;
    } catch (InvalidInputException refused) {
      return FailureReason.of(refused);
    } catch (RuntimeException | Error fault) {
      return "a fault of EPLB itself: " + FailureReason.of(fault);
    }
  }

  /**
   * Replaces the recorded map.
   *
   * @throws InvalidInputException if it cannot be written or held; what was recorded stays
   */
  void record(ExpertTable table) {
    OutputTarget.of(path, OutputStream.nullOutputStream(), true, List.of())
        .write(stream -> format.write(table, stream));
    recorded = table.version();
  }
}
