package io.eplb.core.engine;

import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.core.load.LoadRecording;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The tokens of experts, counted. A token counts for the expert of its slot in the table of its own
 * step, so a count needs no version. An interval under many tables needs no more memory than one:
 * layers × experts numbers.
 *
 * <p>Thread-safe: ranks do not wait for each other, and no recorded token is lost or taken twice.
 */
public final class LoadCounters {
  private final int layers;
  private final int experts;

  /** Layer × expert. */
  private final AtomicLongArray tokens;

  /** Creates counters for tables of as many layers and experts. */
  public LoadCounters(ExpertTable shape) {
    layers = shape.layers();
    experts = shape.experts();
    tokens = new AtomicLongArray(layers * experts);
  }

  /**
   * Adds tokens that a slot has processed.
   *
   * @param table the table that the step runs with
   * @param count 0 or more
   * @throws InvalidInputException if the table has no such rank, layer or slot, the slot is EMPTY,
   *     its layers or experts are not those of the counters, or the count is negative
   */
  public void record(ExpertTable table, int rank, int layer, int slot, long count) {
    if (table.layers() != layers || table.experts() != experts || count < 0) {
      throw new InvalidInputException(
          "%d tokens under %s; the counters need at least 0 under a table of %d layers × %d experts"
              .formatted(count, table, layers, experts));
    }
    int expert = table.expertAt(layer, rank, slot);
    if (expert == Placement.EMPTY) {
      throw new InvalidInputException(
          "%d tokens of layer %d, rank %d, slot %d, which is EMPTY in version %d; no step may use it"
              .formatted(count, layer, rank, slot, table.version()));
    }
    tokens.getAndAdd(layer * experts + expert, count);
  }

  /**
   * Returns the tokens counted since the last call and starts again from 0.
   *
   * @return one window of tokens per layer and expert
   */
  public LoadRecording take() {
    double[] taken = new double[tokens.length()];
    for (int index = 0; index < taken.length; index++) {
      taken[index] = tokens.getAndSet(index, 0);
    }
    return LoadRecording.of(1, layers, experts, taken);
  }
}
