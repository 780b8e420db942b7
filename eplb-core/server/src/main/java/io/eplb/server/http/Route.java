package io.eplb.server.http;

import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * An operation that the service offers.
 *
 * @param method {@code GET} or {@code POST}
 * @param path the path, in which {@code {group}} or the like stands for a name
 * @param parameters the names that its query may have; {@code option.KEY} stands for all names that
 *     begin with {@code option.}
 * @param access who may use it
 * @param action its work
 */
public record Route(
    String method, String path, Set<String> parameters, Access access, Action action) {
  /** The end of a parameter that stands for many. */
  static final String ANY = "KEY";

  /** The callers that a route lets in. */
  public enum Access {
    /** Everybody; the answer holds no data of a group. */
    OPEN,
    /** Who shows the token, if there is one. */
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

  /** Copies the names. */
  public Route {
    parameters = Set.copyOf(parameters);
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
}
