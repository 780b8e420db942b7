package io.eplb.core.runtime;

import java.util.concurrent.CompletionStage;

/**
 * The planner's access to the measurements of one rank, in this process or behind messages (SPI).
 *
 * <p>A rank answers with totals since its incarnation began, and the planner takes differences. So
 * an answer that is lost, late or repeated loses no token and counts none twice, and the agent
 * remembers nothing between requests. Example, of an expert's tokens:
 *
 * <pre>
 *   → 5,000 of incarnation 7        the planner's interval begins here
 *   → 6,200 of incarnation 7        is lost on the way
 *   → 6,900 of incarnation 7        1,900 tokens since
 *   → 300 of incarnation 8          the rank has restarted: a new interval begins
 * </pre>
 *
 * <p>Every request completes on any thread, late, or never, and may be made again.
 */
public interface RankMeasures {
  /** Returns the steps that the rank has ended. Asked often: it is a few bytes. */
  CompletionStage<RankSteps> steps();

  /**
   * Returns the tokens that the rank has served. Asked once per interval. Layers may be read one
   * after another while the rank serves on.
   */
  CompletionStage<RankLoads> loads();
}
