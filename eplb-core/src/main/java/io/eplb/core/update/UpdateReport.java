package io.eplb.core.update;

import java.time.Duration;
import java.util.List;

/**
 * The result of an update.
 *
 * @param versionBefore the version of the table that served before
 * @param versionAfter the version of the table that serves now
 * @param layers the layers in the order of their priority, each committed or aborted
 * @param received experts received from another rank, those of aborted layers included
 * @param reloaded experts loaded from the checkpoint, those of aborted layers included
 * @param bytes the bytes of both
 * @param duration the time from the call to the end
 * @param pauses the number of times that steps were held up to switch tables, successfully or not
 * @param longestPause the longest time from closing the gate to opening it
 * @param totalPause the sum of these times
 * @param voided switches by promise that changed nothing: a rank did not promise, or came to the
 *     fence before the decision; 0 where steps are held up instead
 * @param lead the steps between the fastest rank and the fence that was asked for last; 0 without
 *     one
 */
public record UpdateReport(
    long versionBefore,
    long versionAfter,
    List<LayerProgress> layers,
    long received,
    long reloaded,
    long bytes,
    Duration duration,
    int pauses,
    Duration longestPause,
    Duration totalPause,
    int voided,
    long lead) {
  /** Copies the list. */
  public UpdateReport {
    layers = List.copyOf(layers);
  }

  /** Returns the report of an update that was refused, at the version that serves on. */
  public static UpdateReport refused(long version, List<LayerProgress> layers) {
    return new UpdateReport(
        version, version, layers, 0, 0, 0, Duration.ZERO, 0, Duration.ZERO, Duration.ZERO, 0, 0);
  }

  /** Returns the number of layers that ended in a phase. */
  public int count(LayerPhase phase) {
    return (int) layers.stream().filter(layer -> layer.phase() == phase).count();
  }

  /** Returns whether every layer was committed. */
  public boolean complete() {
    return count(LayerPhase.COMMITTED) == layers.size();
  }
}
