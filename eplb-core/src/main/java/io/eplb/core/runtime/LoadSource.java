package io.eplb.core.runtime;

import java.util.List;

/**
 * The load that an engine has measured (SPI).
 *
 * <p>Tokens are counted by expert, since only the engine knows the table of a step. An engine that
 * counts by slot adds a layer's counts up by expert before the layer's row changes, or counts every
 * token at once for {@code table.expertAt(layer, rank, slot)}, as {@link
 * io.eplb.core.engine.LoadCounters} does. An interval may then span any number of tables, and none
 * of them has to be remembered.
 *
 * <p>Called by one thread at a time, never by a serving thread. An exception, or loads that cannot
 * be used, fail the cycle; the next one calls again. A call that has not returned when the plan is
 * due is interrupted and its answer dropped.
 */
@FunctionalInterface
public interface LoadSource {
  /**
   * Returns the tokens measured since the last call, or since the start, and starts over.
   *
   * @return one entry per phase; entries of one phase are added up
   * @throws InterruptedException if the calling thread is interrupted
   */
  List<MeasuredLoad> collect() throws InterruptedException;
}
