package io.eplb.server.rpc;

import io.eplb.api.InternalException;
import io.eplb.api.InvalidInputException;
import io.eplb.core.foreign.FailureReason;
import io.eplb.server.http.Call;
import io.eplb.server.http.Reply;
import io.eplb.server.http.Route;
import io.eplb.server.problem.ProblemException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * An operation as a route of the HTTP server. A request that waits for its answer holds a place in
 * the waiting room and no thread; when its asker has given up, so does the route.
 */
final class OperationRoute {
  /** The status of what a process refuses to do, though the request is well-formed. */
  static final int REFUSED = 409;

  /** The status of a refusal that stays: the process has restarted, or cannot serve any more. */
  static final int REFUSED_FOR_GOOD = 410;

  private static final int TOO_LATE = 504;
  private static final String BINARY = "application/octet-stream";

  private OperationRoute() {}

  /**
   * Returns the route of an operation.
   *
   * @param work does it; a stage that fails, and an exception, refuse it
   */
  static <Q, A> Route of(Operation<Q, A> operation, Function<Q, CompletionStage<A>> work) {
    return new Route(
        "POST",
        operation.path(),
        Set.of(),
        Set.of(200, REFUSED, REFUSED_FOR_GOOD, TOO_LATE),
        Route.Access.TOKEN,
        call -> answer(operation, work, call));
  }

  private static <Q, A> CompletionStage<Reply> answer(
      Operation<Q, A> operation, Function<Q, CompletionStage<A>> work, Call call) {
    Operation.Asked<Q> asked = operation.asked(call.body());
    Duration left = call.left(asked.patience());
    return begun(work, asked.question())
        .<Reply>thenApply(answer -> Reply.of(BINARY, operation.answer(answer)))
        // A copy: the work goes on, and may answer the same question of another asker.
        .toCompletableFuture()
        .copy()
        .orTimeout(left.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionally(
            failure -> {
              throw refusal(operation.name(), asked.patience(), failure);
            });
  }

  private static <Q, A> CompletionStage<A> begun(Function<Q, CompletionStage<A>> work, Q question) {
    try {
      return work.apply(question);
    } catch (RuntimeException refused) {
      return CompletableFuture.failedFuture(refused);
    }
  }

  private static ProblemException refusal(String name, Duration wait, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof TimeoutException) {
      return ProblemException.of(
          TOO_LATE, "%s has not ended within %d ms".formatted(name, wait.toMillis()));
    }
    if (cause instanceof InvalidInputException wrong) {
      return ProblemException.of(wrong);
    }
    return ProblemException.of(
        cause instanceof InternalException ? REFUSED_FOR_GOOD : REFUSED,
        FailureReason.words(cause));
  }
}
