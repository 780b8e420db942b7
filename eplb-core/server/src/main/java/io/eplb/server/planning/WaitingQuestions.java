package io.eplb.server.planning;

import io.eplb.server.problem.ProblemException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The different questions that wait for a plan, over all models: not too many, and none beyond the
 * end of the service. Thread-safe.
 */
final class WaitingQuestions {
  /** The most questions that wait. */
  static final int MOST = 256;

  private final AtomicInteger waiting = new AtomicInteger();
  private volatile boolean givenUp;

  /**
   * Adds a question.
   *
   * @throws ProblemException if too many wait
   */
  void enter() {
    if (waiting.incrementAndGet() > MOST) {
      waiting.decrementAndGet();
      throw ProblemException.retryAfter(
          429, 1, "%s questions wait for a plan already; ask again later".formatted(MOST));
    }
  }

  /** Removes a question. */
  void leave() {
    waiting.decrementAndGet();
  }

  /** Lets all questions that still wait be refused. */
  void giveUp() {
    givenUp = true;
  }

  /**
   * Refuses a question that waited until the end of the service.
   *
   * @throws ProblemException if it did
   */
  void requireGoing() {
    if (givenUp) {
      throw PlanService.stopping();
    }
  }
}
