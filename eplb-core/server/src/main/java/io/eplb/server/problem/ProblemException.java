package io.eplb.server.problem;

import io.eplb.api.EplbException;
import io.eplb.api.UnsupportedRequestException;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The refusal of a request: an HTTP status and one line that says what is wrong, where, and what
 * would be right.
 */
public final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final Pattern INPUT_RULE = Pattern.compile("\\bI[1-5][:)]");

  private static final int RETRY_SECONDS = 5;

  private final int status;
  private final int retryAfterSeconds;

  private ProblemException(
      int status, String detail, int retryAfterSeconds, @Nullable Throwable cause) {
    super(detail, cause);
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /**
   * Returns the refusal with a status of its own.
   *
   * @param status 400 to 599
   * @param detail one line
   */
  public static ProblemException of(int status, String detail) {
    return new ProblemException(status, detail, 0, null);
  }

  /** Returns the refusal of a request that may succeed later. */
  public static ProblemException retryAfter(int status, int seconds, String detail) {
    return new ProblemException(status, detail, seconds, null);
  }

  /**
   * Returns the refusal of a request that the library refused: 422 if it breaks the input contract,
   * leaves too few slots or asks for what the policy does not do, 400 if the input is wrong in
   * another way, 503 if memory does not suffice for it, 500 for a bug.
   */
  public static ProblemException of(EplbException wrong) {
    String detail = String.valueOf(wrong.getMessage());
    if (wrong.getCause() instanceof OutOfMemoryError) {
      return new ProblemException(503, detail, RETRY_SECONDS, wrong);
    }
    int status =
        switch (wrong.blame()) {
          case USER ->
              wrong instanceof UnsupportedRequestException || INPUT_RULE.matcher(detail).find()
                  ? 422
                  : 400;
          case GROUP -> 422;
          default -> 500;
        };
    return new ProblemException(status, detail, 0, wrong);
  }

  /** Returns the HTTP status, 400 to 599. */
  public int status() {
    return status;
  }

  /** Returns the seconds after which to try again; empty if that would not help. */
  public OptionalInt retryAfterSeconds() {
    return retryAfterSeconds == 0 ? OptionalInt.empty() : OptionalInt.of(retryAfterSeconds);
  }

  /** Returns the line to show. */
  public String detail() {
    return String.valueOf(getMessage());
  }
}
