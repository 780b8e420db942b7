package io.eplb.core.runtime;

import java.util.List;

/**
 * What an engine tells about its load (SPI).
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
   * @return one entry per phase and version of the table that tokens were served with; entries of
   *     one phase are added up
   * @throws InterruptedException if the calling thread is interrupted
   */
  List<MeasuredLoad> collect() throws InterruptedException;
}
