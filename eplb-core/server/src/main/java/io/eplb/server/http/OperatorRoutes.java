package io.eplb.server.http;

import io.eplb.server.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpStatus;

/** The routes by which operators watch a process: its figures, and its health. */
public final class OperatorRoutes {
  private OperatorRoutes() {}

  /**
   * Returns the route of the figures.
   *
   * @param parameters the names that its query may have
   * @param mediaType the format of the figures
   * @param figures returns them
   */
  public static Route metrics(
      Set<String> parameters, String mediaType, Function<Call, String> figures) {
    return Route.get(
        "/metrics",
        parameters,
        Set.of(HttpStatus.OK_200),
        Route.Access.TOKEN,
        call -> Reply.of(mediaType, figures.apply(call).getBytes(StandardCharsets.UTF_8)));
  }

  /** Returns the route that answers as long as the process lives. */
  public static Route live() {
    return health("live", Set.of(HttpStatus.OK_200), call -> Reply.text("live\n"));
  }

  /**
   * Returns the route that tells whether the process does its work.
   *
   * @param unready the reason why it does not, on one line; empty if it does
   */
  public static Route ready(Supplier<Optional<String>> unready) {
    return health(
        "ready",
        Set.of(HttpStatus.OK_200, HttpStatus.SERVICE_UNAVAILABLE_503),
        call -> ready(unready.get()));
  }

  private static Route health(String name, Set<Integer> statuses, Function<Call, Reply> answer) {
    return Route.get("/health/" + name, Set.of(), statuses, Route.Access.OPEN, answer);
  }

  private static Reply ready(Optional<String> unready) {
    if (unready.isPresent()) {
      throw ProblemException.retryAfter(HttpStatus.SERVICE_UNAVAILABLE_503, 1, unready.get());
    }
    return Reply.text("ready\n");
  }
}
