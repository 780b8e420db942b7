package io.eplb.core.engine;

import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import java.util.List;

/** Counts the tokens of slots, apart for each version of the table. Thread-safe. */
public final class LoadCounters {
  private final ExpertTable shape;

  /** Creates counters for tables of the same shape. */
  public LoadCounters(ExpertTable shape) {
    this.shape = shape;
  }

  /** Adds tokens that a slot has processed in a step that ran with the table of a version. */
  public void record(long version, int rank, int layer, int slot, long tokens) {
    throw new UnsupportedOperationException(
        shape.toString() + version + rank + layer + slot + tokens);
  }

  /**
   * Returns what was counted since the last call and starts again from 0.
   *
   * @return one workload of one window per version that tokens were recorded under, by version
   */
  public List<ExpertWorkload> take() {
    return List.of();
  }
}
