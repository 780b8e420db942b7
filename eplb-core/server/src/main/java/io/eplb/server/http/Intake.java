package io.eplb.server.http;

import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.eclipse.jetty.server.Components;
import org.eclipse.jetty.server.Request;

/**
 * The intake of bodies: each takes its share of the budget before it is read, and gives it back
 * when it has been decoded.
 */
final class Intake {
  private final HttpLimits limits;
  private final BodyBudget budget;

  Intake(HttpLimits limits) {
    this.limits = limits;
    this.budget = new BodyBudget(limits.bodyBudget());
  }

  /** Returns the bytes that bodies take, those that are still to come among them. */
  long bytes() {
    return budget.taken();
  }

  /**
   * Refuses a request that says that its body is too long.
   *
   * @throws io.eplb.server.problem.ProblemException 413
   */
  void requireFits(Request request) {
    if (request.getLength() > limits.bodyBytes()) {
      throw BodyReader.tooLong(limits.bodyBytes());
    }
  }

  /**
   * Receives the body of a request.
   *
   * @param use decodes the body and starts the work
   * @return the result of {@code use}, or the reason why there is no body
   */
  <T> CompletionStage<T> receive(Request request, Function<byte[], CompletionStage<T>> use) {
    // Without a length the body may be as long as any.
    int share = (int) (request.getLength() < 0 ? limits.bodyBytes() : request.getLength());
    Components jetty = request.getComponents();
    return budget
        .take(share)
        .thenComposeAsync(
            granted ->
                BodyReader.read(request, share, limits.bodyTime(), jetty.getScheduler())
                    .thenApply(use),
            jetty.getExecutor())
        // Whatever happened, even if memory did not suffice to read.
        .whenComplete((started, failure) -> budget.giveBack(share))
        .thenCompose(started -> started);
  }
}
