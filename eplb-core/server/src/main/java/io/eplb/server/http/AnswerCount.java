package io.eplb.server.http;

/** A listener to the answers that were given. */
@FunctionalInterface
public interface AnswerCount {
  /** The route of requests that belong to none. */
  String NO_ROUTE = "other";

  /**
   * Receives an answer.
   *
   * @param route the path of its route, such as {@code /v1/groups/{group}/plan}, or {@value
   *     #NO_ROUTE}
   * @param status the HTTP status
   */
  void answered(String route, int status);
}
