package io.eplb.server.http;

import io.eplb.api.NearestName;
import io.eplb.api.wording.OneLine;
import io.eplb.server.problem.ProblemException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;

/**
 * The way of every request: route, trust, query, place in the waiting room, body, action, reply.
 * The first step that refuses it decides its status; nothing is read of a body that will not be
 * used.
 */
final class Gate extends Handler.Abstract {
  private static final byte[] NO_BODY = {};

  private final RouteTable table;
  private final Optional<BearerToken> token;
  private final AnswerCount count;
  private final WaitingRoom room;
  private final Intake intake;

  Gate(RouteTable table, Optional<BearerToken> token, HttpLimits limits, AnswerCount count) {
    this.table = table;
    this.token = token;
    this.count = count;
    this.room = new WaitingRoom(limits.waiting());
    this.intake = new Intake(limits);
  }

  /** Returns the requests that wait for an answer. */
  WaitingRoom room() {
    return room;
  }

  /** Returns the intake of bodies. */
  Intake intake() {
    return intake;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    List<RouteTable.Match> there = table.at(path(request));
    String route = there.isEmpty() ? AnswerCount.NO_ROUTE : there.get(0).route().path();
    Callback counted = Callback.from(() -> count.answered(route, response.getStatus()), callback);
    try {
      Optional<RouteTable.Match> found =
          there.stream().filter(match -> answers(match.route(), request.getMethod())).findFirst();
      if (found.isPresent()) {
        admit(found.get(), request, response, counted);
      } else {
        refuse(notFound(there, request, response), request, response, counted);
      }
    } catch (RuntimeException refusal) {
      refuse(refusal, request, response, counted);
    }
    return true;
  }

  private static String path(Request request) {
    String path = request.getHttpURI().getDecodedPath();
    return path == null ? "*" : path;
  }

  private static boolean answers(Route route, String method) {
    return route.method().equals(method)
        || (HttpMethod.HEAD.is(method) && HttpMethod.GET.is(route.method()));
  }

  private static ProblemException notFound(
      List<RouteTable.Match> there, Request request, Response response) {
    if (there.isEmpty()) {
      return nothingAt(request);
    }
    String allowed =
        there.stream()
            .map(match -> match.route().method())
            .flatMap(
                method ->
                    HttpMethod.GET.is(method)
                        ? List.of(method, HttpMethod.HEAD.asString()).stream()
                        : List.of(method).stream())
            .collect(Collectors.joining(", "));
    response.getHeaders().put(HttpHeader.ALLOW, allowed);
    return ProblemException.of(
        HttpStatus.METHOD_NOT_ALLOWED_405,
        "%s is not offered here; use %s".formatted(OneLine.quote(request.getMethod()), allowed));
  }

  private static ProblemException nothingAt(Request request) {
    return ProblemException.of(
        HttpStatus.NOT_FOUND_404,
        "there is nothing at %s; /openapi.json lists the paths"
            .formatted(OneLine.quote(path(request))));
  }

  private void admit(
      RouteTable.Match match, Request request, Response response, Callback callback) {
    Route route = match.route();
    if (route.access() == Route.Access.TOKEN) {
      requireTrust(request, response);
    }
    Map<String, List<String>> query = query(route, request);
    if (!route.takesBody()) {
      reply(
          route.action().answer(call(match, query, request, NO_BODY)), request, response, callback);
      return;
    }
    intake.requireFits(request);
    room.enter();
    Callback leaving = Callback.from(room::leave, callback);
    request.addIdleTimeoutListener(timeout -> false);
    reply(
        intake.<Reply>receive(
            request, body -> route.action().answer(call(match, query, request, body))),
        request,
        response,
        leaving);
  }

  private void requireTrust(Request request, Response response) {
    if (token.isEmpty()) {
      if (ForeignPage.sends(request.getHeaders())) {
        throw ProblemException.of(
            HttpStatus.FORBIDDEN_403,
            "a page of another site asks through a browser; open the service's own page, by the address at which it listens");
      }
    } else if (!token.get().admits(request.getHeaders().get(HttpHeader.AUTHORIZATION))) {
      response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer");
      throw ProblemException.of(
          HttpStatus.UNAUTHORIZED_401,
          "the token is missing or wrong; send the header Authorization: Bearer TOKEN");
    }
  }

  private static Map<String, List<String>> query(Route route, Request request) {
    Map<String, List<String>> query = new LinkedHashMap<>();
    for (Fields.Field field : parameters(request)) {
      String name = field.getName();
      if (!route.takes(name)) {
        throw ProblemException.of(
            HttpStatus.BAD_REQUEST_400,
            "the query has no parameter %s; %s"
                .formatted(
                    OneLine.quote(name),
                    NearestName.of(name, route.parameters())
                        .map("did you mean %s?"::formatted)
                        .orElseGet(() -> known(route))));
      }
      query.put(name, List.copyOf(field.getValues()));
    }
    return Collections.unmodifiableMap(query);
  }

  private static String known(Route route) {
    return route.parameters().isEmpty()
        ? "it takes none"
        : "its parameters are " + String.join(", ", new TreeSet<>(route.parameters()));
  }

  private static Fields parameters(Request request) {
    try {
      return Request.extractQueryParameters(request);
    } catch (RuntimeException malformed) {
      throw ProblemException.of(
          HttpStatus.BAD_REQUEST_400,
          "the query is no UTF-8 with %XX for what a query cannot hold: "
              + OneLine.brief(String.valueOf(malformed.getMessage())));
    }
  }

  private static Call call(
      RouteTable.Match match, Map<String, List<String>> query, Request request, byte[] body) {
    return new Call(
        match.name(),
        query,
        request.getHeaders().get(HttpHeader.ACCEPT),
        request.getHeaders().get(HttpHeader.CONTENT_TYPE),
        body,
        request.getHeadersNanoTime());
  }

  private static void reply(
      CompletionStage<Reply> answer, Request request, Response response, Callback callback) {
    answer.whenCompleteAsync(
        (reply, failure) -> {
          if (failure == null) {
            send(reply, request, response, callback);
          } else {
            refuse(failure, request, response, callback);
          }
        },
        request.getComponents().getExecutor());
  }

  private static void send(Reply reply, Request request, Response response, Callback callback) {
    if (reply instanceof Reply.Document document) {
      ReplyWriter.write(document, response, callback);
    } else if (reply instanceof Reply.Written written) {
      try {
        if (!written.handler().handle(request, response, callback)) {
          refuse(nothingAt(request), request, response, callback);
        }
      } catch (Exception broken) {
        refuse(broken, request, response, callback);
      }
    }
  }

  /** Refuses a request; where a body is still to come, the connection ends with the answer. */
  private static void refuse(
      Throwable failure, Request request, Response response, Callback callback) {
    if (!request.consumeAvailable()) {
      response.getHeaders().put(HttpHeader.CONNECTION, "close");
    }
    ReplyWriter.write(Reply.problem(ProblemErrors.of(failure)), response, callback);
  }
}
