package io.eplb.core.runtime;

import io.eplb.api.EpRanks;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The ranks of a runtime as they come and go, as its balance cycle sees them. While a change is
 * {@linkplain #isNeeded needed}, nothing is planned. Belongs to the timeline; other threads read
 * {@link #ranks}, {@link #last} and {@link #unserved} alone.
 */
interface RankChanges {
  /** Makes the ranks of a cycle. */
  @FunctionalInterface
  interface Factory<R extends RankChanges> {
    /**
     * Makes them.
     *
     * @param steps the counter of the cycle
     * @param events runs events of the cycle, on the timeline
     * @param loads returns the layers × experts loads of the last plan; nothing before the first
     */
    R create(StepCounter steps, Executor events, Supplier<double[]> loads);
  }

  /** Returns the ranks that the table fits, or is being made to fit. */
  EpRanks ranks();

  /** Sets the speeds of ranks; the next plan uses them. */
  void setSpeeds(EpRanks measured);

  /** Returns whether ranks have changed, and {@link #run} has not come to its end since. */
  boolean isNeeded();

  /**
   * Does what is needed before the next plan, or goes on if that is under way.
   *
   * @param whenSettled called at the end, on the timeline
   */
  void run(Runnable whenSettled);

  /** Returns the report of the last repair of the table; null before the first has ended. */
  @Nullable RepairReport last();

  /** Returns the reason why experts cannot be served; null if they are, or will be. */
  @Nullable String unserved();

  /** Answers callers who wait for a change if none is needed. */
  void answerIfSettled();

  /** Gives up what is under way, since the runtime closes. */
  void close(String reason);
}
