package io.eplb.server.http;

import com.google.common.util.concurrent.UncheckedExecutionException;
import io.eplb.api.EplbException;
import io.eplb.api.wording.OneLine;
import io.eplb.server.problem.ProblemException;
import java.util.concurrent.CompletionException;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every failure as a problem document: ours, the library's, and those that Jetty finds before a
 * request reaches us, such as a malformed request line. The text of a bug goes to the log alone.
 */
final class ProblemErrors implements Request.Handler {
  private static final Logger LOG = LoggerFactory.getLogger(ProblemErrors.class);

  private final AnswerCount count;

  ProblemErrors(AnswerCount count) {
    this.count = count;
  }

  /** Returns the refusal that a failure amounts to; logs what is a bug. */
  static ProblemException of(Throwable failure) {
    Throwable cause =
        failure.getCause() != null
                && (failure instanceof CompletionException
                    || failure instanceof UncheckedExecutionException)
            ? failure.getCause()
            : failure;
    if (cause instanceof ProblemException problem) {
      return problem.status() == HttpStatus.INTERNAL_SERVER_ERROR_500 ? bug(problem) : problem;
    }
    if (cause instanceof EplbException wrong) {
      ProblemException problem = ProblemException.of(wrong);
      return problem.status() == HttpStatus.INTERNAL_SERVER_ERROR_500 ? bug(wrong) : problem;
    }
    if (cause instanceof HttpException http
        && http.getCode() != HttpStatus.INTERNAL_SERVER_ERROR_500) {
      return ProblemException.of(http.getCode(), detail(http.getCode(), http.getReason()));
    }
    return bug(cause);
  }

  private static ProblemException bug(Throwable cause) {
    LOG.error("a request failed by a bug", cause);
    return ProblemException.of(
        HttpStatus.INTERNAL_SERVER_ERROR_500,
        "the service failed by a bug; its log has the details");
  }

  private static String detail(int status, String reason) {
    return switch (status) {
      case HttpStatus.URI_TOO_LONG_414 -> "the path and query are too long; send less in the query";
      case HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431 ->
          "the headers are too long; send fewer or shorter ones";
      default ->
          reason != null && (reason.startsWith("Ambiguous URI") || reason.startsWith("Suspicious"))
              ? "the path has an empty part, a dot part, or a slash, dot or control character in code;"
                  + " give it as /openapi.json lists it"
              : "the request is no HTTP/1.1 that can be read: "
                  + (reason == null ? HttpStatus.getMessage(status) : OneLine.brief(reason));
    };
  }

  /** Answers what Jetty refused. */
  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    Object cause = request.getAttribute(ErrorHandler.ERROR_EXCEPTION);
    ProblemException problem =
        cause instanceof Throwable failure
            ? of(failure)
            : ProblemException.of(
                response.getStatus(),
                detail(
                    response.getStatus(),
                    String.valueOf(request.getAttribute(ErrorHandler.ERROR_MESSAGE))));
    count.answered(AnswerCount.NO_ROUTE, problem.status());
    ReplyWriter.write(Reply.problem(problem), response, callback);
    return true;
  }
}
