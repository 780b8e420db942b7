package io.eplb.core.runtime;

import java.util.List;

/**
 * The load that an engine has measured (SPI).
 *
 * <p>Tokens are told by expert. Only the engine knows which table a step ran with: an engine that
 * counts by slot adds a layer's counts up by expert before the layer's row changes, or counts every
 * token at once for {@code table.expertAt(layer, rank, slot)}, as {@link
 * io.eplb.core.engine.LoadCounters} does. So an interval may be served under any number of tables,
 * and no version of them has to be remembered.
 *
 * <p>Asked by one thread at a time, which is none of those that serve. What it throws, and loads
 * that cannot be used, fail the cycle; the next one asks again. A call that has not returned when
 * the plan is due is interrupted and its answer dropped.
 */
@FunctionalInterface
public interface LoadSource {
  /**
   * Returns what was measured since the last call, or since the start, and starts over.
   *
   * @return one entry per phase; entries of one phase are added up
   * @throws InterruptedException if the calling thread is interrupted
   */
  List<MeasuredLoad> collect() throws InterruptedException;
}
