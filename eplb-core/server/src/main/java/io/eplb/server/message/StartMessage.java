package io.eplb.server.message;

import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.OneLine;
import io.eplb.core.cluster.StartUpStatement;
import io.eplb.core.format.InputSource;
import io.eplb.server.planning.PlanAsk;
import io.eplb.server.problem.ProblemException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A request for the check of a group at its start.
 *
 * @param group the group's name
 * @param statement the statement of the rank
 * @param deadline the time within which the answer is wanted, from the arrival on
 */
public record StartMessage(String group, StartUpStatement statement, Duration deadline) {
  /** The names of all parameters. */
  static final List<String> NAMES =
      Stream.of(
              WholeParameter.RANK,
              WholeParameter.WORLD,
              WholeParameter.RANKS,
              WholeParameter.NODES,
              WholeParameter.GROUPS,
              WholeParameter.SLOTS,
              WholeParameter.EXPERTS,
              WholeParameter.DEADLINE_MS)
          .map(WholeParameter::key)
          .toList();

  /**
   * Reads a request. Its body has the table, or the digests of its layers; then the parameters say
   * the table's shape. Nodes and groups are 1 unless said otherwise.
   *
   * @param group the group's name, from the path
   * @param query the parameters of the query, percent-decoded, each with its values
   * @param contentType the media type that the request gives for its body
   * @param body an NPZ archive with {@code current}, or a JSON object with {@code current} or
   *     {@code digests}
   * @throws ProblemException with status 415 if the body is neither
   * @throws InvalidInputException if a name is unknown, a value is wrong, or something is missing,
   *     given twice or contradictory: the message names it, and what would be right
   */
  public static StartMessage read(
      String group, Map<String, List<String>> query, @Nullable String contentType, byte[] body) {
    PlanAsk.requireGroup(group);
    WholeNumbers numbers = numbers(query);
    AnswerFormat format = AnswerFormat.ofBody(contentType, body);
    InputSource source = InputSource.of("body", body);
    StartTable table =
        format == AnswerFormat.NPZ ? StartTable.ofArchive(source) : JsonStart.read(source, numbers);
    return new StartMessage(group, table.statement(numbers), numbers.deadline());
  }

  private static WholeNumbers numbers(Map<String, List<String>> query) {
    WholeNumbers numbers = new WholeNumbers();
    query.forEach(
        (name, values) -> {
          if (!NAMES.contains(name)) {
            throw new InvalidInputException(
                "the parameter %s is unknown; the parameters are %s"
                    .formatted(OneLine.quote(name), String.join(", ", NAMES)));
          }
          numbers.add(WholeParameter.of(name).orElseThrow(), GivenTwice.single(name, values));
        });
    return numbers;
  }
}
