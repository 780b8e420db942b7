package io.eplb.server.planning;

import java.util.concurrent.CompletableFuture;

/** Answers the questions of engines. */
public interface Planner {
  /**
   * Answers a question. Returns at once; equal questions get the same answer and are planned once.
   *
   * @return the answer, or a {@link io.eplb.server.problem.ProblemException}
   */
  CompletableFuture<PlanAnswer> plan(PlanAsk ask);
}
