package io.eplb.core.cluster;

import java.util.concurrent.CompletionStage;

/**
 * A process that stands for election, once. Thread-safe.
 *
 * <pre>
 *   STANDING ──elected──▶ LEADING(epoch) ──▶ LOST     closed, or given up by the group
 *       └──────────────────────────────────▶ LOST     the same before it was elected
 * </pre>
 *
 * <p>A candidate that has lost is not elected again; stand anew.
 */
public interface Candidate extends AutoCloseable {
  /**
   * Completes when this candidate is elected. Fails with {@link GroupUnavailableException} if it is
   * closed or given up by the group before.
   */
  CompletionStage<Leadership> elected();

  /** Resigns, or stands no more. Closing again has no effect. */
  @Override
  void close();
}
