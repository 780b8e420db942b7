package io.eplb.server.message;

import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.OneLine;
import io.eplb.core.format.Content;
import io.eplb.core.format.InputSource;
import io.eplb.server.planning.PlanAnswer;
import io.eplb.server.problem.ProblemException;
import org.jspecify.annotations.Nullable;

/** The two formats of questions and answers. */
public enum AnswerFormat {
  /** A JSON object. */
  JSON("application/json"),
  /** An archive as {@code numpy.savez} writes it. */
  NPZ("application/x-npz");

  private static final String ANY_ZIP = "application/zip";

  private final String mediaType;

  AnswerFormat(String mediaType) {
    this.mediaType = mediaType;
  }

  /** Returns the media type. */
  public String mediaType() {
    return mediaType;
  }

  /**
   * Returns an answer in this format; equal answers give equal bytes.
   *
   * @throws ProblemException with status 422 if it would have more elements than supported
   */
  public byte[] write(PlanAnswer answer) {
    return this == JSON ? JsonAnswer.write(answer) : NpzAnswer.write(answer);
  }

  /**
   * Returns the format of the answer to a request: the one that the request prefers, and that of
   * its body where it has no preference.
   *
   * @param accept the header {@code Accept}; null if there is none
   * @param contentType the header {@code Content-Type}; null if there is none
   * @throws InvalidInputException if there is no body
   * @throws ProblemException with status 406 if the request accepts neither format, with 415 if its
   *     body is in neither
   */
  public static AnswerFormat of(
      @Nullable String accept, @Nullable String contentType, byte[] body) {
    AnswerFormat own = ofBody(contentType, body);
    if (accept == null || accept.isBlank()) {
      return own;
    }
    AnswerFormat other = own == JSON ? NPZ : JSON;
    double ownQuality = AcceptHeader.quality(accept, own.mediaType);
    double otherQuality = AcceptHeader.quality(accept, other.mediaType);
    if (Math.max(ownQuality, otherQuality) <= 0.0) {
      throw ProblemException.of(
          406,
          "the request accepts %s; answers are %s or %s"
              .formatted(OneLine.quote(accept), JSON.mediaType, NPZ.mediaType));
    }
    return ownQuality >= otherQuality ? own : other;
  }

  /**
   * Returns the format of a body: by its media type, or by its first bytes if it has another type
   * or none.
   */
  static AnswerFormat ofBody(@Nullable String contentType, byte[] body) {
    if (body.length == 0) {
      throw new InvalidInputException(
          "the body is empty; expected an NPZ archive or a JSON object");
    }
    String type = contentType == null ? "" : AcceptHeader.mediaType(contentType);
    if (type.equals(JSON.mediaType)) {
      return JSON;
    }
    if (type.equals(NPZ.mediaType) || type.equals(ANY_ZIP)) {
      return NPZ;
    }
    Content content = InputSource.of("body", body).content();
    return switch (content) {
      case JSON -> JSON;
      case ZIP -> NPZ;
      default ->
          throw ProblemException.of(
              415,
              "the body holds %s; expected %s, which numpy.savez writes, or %s"
                  .formatted(content.description(), NPZ.mediaType, JSON.mediaType));
    };
  }
}
