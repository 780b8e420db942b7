package io.eplb.server.message;

import io.eplb.api.InvalidInputException;
import io.eplb.core.format.InputSource;
import io.eplb.server.planning.PlanAsk;
import io.eplb.server.problem.ProblemException;
import io.eplb.server.round.RankSeat;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request for a plan.
 *
 * @param ask the question
 * @param seat the place of the rank that asks, if it asks within a round
 * @param deadline the time within which the answer is wanted, from the arrival on
 */
public record PlanMessage(PlanAsk ask, Optional<RankSeat> seat, Duration deadline) {
  /**
   * Reads a request.
   *
   * @param group the group's name, from the path
   * @param query the parameters of the query, percent-decoded, each with its values
   * @param contentType the media type that the request gives for its body
   * @param body an NPZ archive or a JSON object
   * @throws ProblemException with status 415 if the body is neither
   * @throws InvalidInputException if a name is unknown, a value is wrong, or something is missing,
   *     given twice or contradictory: the message names it, and what would be right
   */
  public static PlanMessage read(
      String group, Map<String, List<String>> query, @Nullable String contentType, byte[] body) {
    PlanAsk.requireGroup(group);
    Parameters parameters = Parameters.ofQuery(query);
    AnswerFormat format = AnswerFormat.ofBody(contentType, body);
    InputSource source = InputSource.of("body", body);
    Question question =
        format == AnswerFormat.NPZ
            ? Question.ofArchive(source)
            : JsonQuestion.read(source, parameters);
    PlanAsk.Builder ask = question.ask(group);
    parameters.addTo(ask);
    return new PlanMessage(ask.build(), parameters.seat(), parameters.deadline());
  }
}
