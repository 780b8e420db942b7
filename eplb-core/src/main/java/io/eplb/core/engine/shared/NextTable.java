package io.eplb.core.engine.shared;

import io.eplb.api.ExpertTable;
import io.eplb.core.update.promise.RankGate.LayerChange;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The table after a promised change. It is built beside the steps below the fence, so that the step
 * at the fence waits for the exchanges alone. Used by the thread that begins steps. Example:
 *
 * <pre>
 *   step 30   sees a promise from step 41 on: the executor begins to build
 *   step 41   the change is committed:
 *             - its table is built: only the exchanges are left
 *             - its table is not built yet, or that of another change, which became void:
 *               this one is built now
 * </pre>
 */
final class NextTable {
  private static final Logger LOG = LoggerFactory.getLogger(NextTable.class);

  private final GateShape shape;
  private final ChangeArea changes;
  private final Executor ahead;

  /** The fence that was seen last. */
  private long seen = GateWord.NO_FENCE;

  /** Written by the executor. */
  private volatile @Nullable Built built;

  /**
   * Creates the tables of one start of an engine.
   *
   * @param ahead builds them
   */
  NextTable(GateMemory memory, Executor ahead) {
    this.shape = memory.shape();
    this.changes = new ChangeArea(memory);
    this.ahead = ahead;
  }

  /**
   * A change and its table.
   *
   * @param change the change
   * @param table the table after it
   */
  record Built(ChangeArea.Content change, ExpertTable table) {
    int[] layers() {
      return layersOf(change);
    }
  }

  private static int[] layersOf(ChangeArea.Content change) {
    return change.layers().stream().mapToInt(LayerChange::layer).toArray();
  }

  /** Notes the gate's fence, and begins to build if it is new. Called for each step below it. */
  void prepare(long fence, ExpertTable inForce) {
    if (fence == seen) {
      return;
    }
    seen = fence;
    built = null;
    if (fence != GateWord.NO_FENCE) {
      begin(fence, inForce);
    }
  }

  private void begin(long fence, ExpertTable inForce) {
    try {
      ahead.execute(
          () -> {
            try {
              built = build(fence, inForce);
            } catch (RuntimeException notThere) { // The fence finds out whether this is a fault.
              LOG.debug("the table from step {} on is not built ahead", fence, notThere);
            }
          });
    } catch (RuntimeException rejected) { // The step at the fence builds it.
      LOG.debug("the table from step {} on is not built ahead", fence, rejected);
    }
  }

  /**
   * Returns the committed change and its table.
   *
   * @throws RuntimeException if the change is damaged, or does not fit the table in force
   */
  Built committed(long fence, ExpertTable inForce) {
    Built ready = built;
    built = null;
    return ready != null && isCommitted(ready.change(), fence, inForce)
        ? ready
        : build(fence, inForce);
  }

  private boolean isCommitted(ChangeArea.Content change, long fence, ExpertTable inForce) {
    return change.firstStep() == fence
        && change.version() == inForce.version() + 1
        && changes.holds(change);
  }

  private Built build(long fence, ExpertTable inForce) {
    ChangeArea.Content change = changes.read(fence);
    if (change.version() != inForce.version() + 1) {
      throw new IllegalStateException(
          "the change is to version %d, and %s is in force".formatted(change.version(), inForce));
    }
    return new Built(
        change, inForce.withLayers(change.version(), layersOf(change), change.rows(shape)));
  }
}
