package io.eplb.server.http;

import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpStatus;

/**
 * An operation that the service offers.
 *
 * @param method {@code GET} or {@code POST}
 * @param path the path, in which {@code {group}} or the like stands for a name
 * @param parameters the names that its query may have; {@code option.KEY} stands for all names that
 *     begin with {@code option.}
 * @param statuses the statuses that its own work gives
 * @param access who may use it
 * @param action its work
 */
public record Route(
    String method,
    String path,
    Set<String> parameters,
    Set<Integer> statuses,
    Access access,
    Action action) {
  /** The end of a parameter that stands for many. */
  static final String ANY = "KEY";

  /** The callers that a route lets in. */
  public enum Access {
    /** Everybody; the answer holds no data of a group. */
    OPEN,
    /** Callers that show the token; without one, all but pages of other sites. */
    TOKEN
  }

  /** The work of a route. */
  @FunctionalInterface
  public interface Action {
    /**
     * Answers a request. Returns at once, and keeps no reference to the body; it may throw what the
     * returned stage may fail with: {@link io.eplb.server.problem.ProblemException} or {@link
     * io.eplb.api.EplbException}, and anything else for a bug.
     */
    CompletionStage<Reply> answer(Call call);
  }

  /** The statuses that the way to every route gives. */
  private static final Set<Integer> OF_ALL =
      Set.of(HttpStatus.BAD_REQUEST_400, HttpStatus.INTERNAL_SERVER_ERROR_500);

  /** The statuses that the way of a body gives. */
  private static final Set<Integer> OF_BODIES =
      Set.of(
          HttpStatus.REQUEST_TIMEOUT_408,
          HttpStatus.PAYLOAD_TOO_LARGE_413,
          HttpStatus.TOO_MANY_REQUESTS_429,
          HttpStatus.SERVICE_UNAVAILABLE_503);

  /** Copies the names. */
  public Route {
    parameters = Set.copyOf(parameters);
    statuses = Set.copyOf(statuses);
  }

  /** Returns a route that answers {@code GET} at once. */
  public static Route get(
      String path,
      Set<String> parameters,
      Set<Integer> statuses,
      Access access,
      Function<Call, Reply> action) {
    return new Route(
        "GET",
        path,
        parameters,
        statuses,
        access,
        call -> CompletableFuture.completedFuture(action.apply(call)));
  }

  /** Returns whether a request of this route has a body. */
  boolean takesBody() {
    return method.equals("POST");
  }

  /** Returns whether the query may have a parameter. */
  boolean takes(String name) {
    return parameters.contains(name)
        || parameters.stream()
            .anyMatch(
                known ->
                    known.endsWith(ANY)
                        && name.startsWith(known.substring(0, known.length() - ANY.length())));
  }

  /** Returns the statuses of all answers to its requests, in order. */
  public SortedSet<Integer> allStatuses() {
    SortedSet<Integer> all = new TreeSet<>(statuses);
    all.addAll(OF_ALL);
    if (access == Access.TOKEN) {
      all.add(HttpStatus.UNAUTHORIZED_401);
      all.add(HttpStatus.FORBIDDEN_403);
    }
    if (takesBody()) {
      all.addAll(OF_BODIES);
    }
    return all;
  }
}
