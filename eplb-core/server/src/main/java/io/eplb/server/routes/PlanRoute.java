package io.eplb.server.routes;

import io.eplb.server.http.Call;
import io.eplb.server.http.Reply;
import io.eplb.server.message.AnswerFormat;
import io.eplb.server.message.PlanMessage;
import io.eplb.server.planning.PlanAnswer;
import io.eplb.server.planning.Planner;
import io.eplb.server.problem.ProblemException;
import io.eplb.server.round.Rounds;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpStatus;

/** The route of questions: alone, or in a round with the other ranks. */
final class PlanRoute {
  /** The header with the digest of the request's own question. */
  static final String INPUTS = "X-EPLB-Inputs";

  private final Planner planner;
  private final Rounds rounds;
  private final EncodedAnswers encoded = new EncodedAnswers();

  PlanRoute(Planner planner, Rounds rounds) {
    this.planner = planner;
    this.rounds = rounds;
  }

  CompletionStage<Reply> answer(Call call) {
    AnswerFormat format = AnswerFormat.of(call.accept(), call.contentType(), call.body());
    PlanMessage message =
        PlanMessage.read(call.name(), call.query(), call.contentType(), call.body());
    Duration limit = call.left(message.deadline());
    String inputs = message.ask().digest();
    CompletableFuture<PlanAnswer> answer =
        message.seat().isPresent()
            ? rounds.ask(message.seat().get(), message.ask(), limit)
            : within(message.deadline(), limit, planner.plan(message.ask()));
    return answer.thenApply(
        plan ->
            new Reply.Document(
                HttpStatus.OK_200,
                format.mediaType(),
                Map.of(INPUTS, inputs),
                encoded.get(plan, format)));
  }

  /** Returns the answer, or a refusal when the time is over; planning goes on meanwhile. */
  private static CompletableFuture<PlanAnswer> within(
      Duration deadline, Duration left, CompletableFuture<PlanAnswer> plan) {
    return plan.orTimeout(left.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionallyCompose(
            failure ->
                CompletableFuture.failedFuture(
                    failure instanceof TimeoutException
                        ? ProblemException.of(
                            HttpStatus.GATEWAY_TIMEOUT_504,
                            "there was no plan within %d ms; ask the same again, or give a longer deadline_ms"
                                .formatted(deadline.toMillis()))
                        : failure));
  }
}
