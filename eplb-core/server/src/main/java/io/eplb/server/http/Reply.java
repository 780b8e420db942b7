package io.eplb.server.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.eplb.server.problem.ProblemException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;

/** The answer to a request. */
public sealed interface Reply {
  /** The media type of JSON. */
  String JSON = "application/json";

  /**
   * An answer in one piece.
   *
   * @param status the HTTP status
   * @param mediaType the header Content-Type
   * @param headers further headers
   * @param content the body; may be shared with other answers
   */
  record Document(int status, String mediaType, Map<String, String> headers, ByteBuffer content)
      implements Reply {
    /** Makes the content read-only. */
    public Document {
      headers = Map.copyOf(headers);
      content = content.asReadOnlyBuffer();
    }
  }

  /**
   * An answer that a handler of its own writes; if it does not, there is nothing at the path.
   *
   * @param handler the handler
   */
  record Written(Request.Handler handler) implements Reply {}

  /** The writer of a JSON document. */
  @FunctionalInterface
  interface JsonWriter {
    /** Writes one value. */
    void write(JsonGenerator json) throws IOException;
  }

  /** Returns a good answer. */
  static Document of(String mediaType, byte[] content) {
    return new Document(HttpStatus.OK_200, mediaType, Map.of(), ByteBuffer.wrap(content));
  }

  /** Returns a good answer in plain text. */
  static Document text(String text) {
    return of("text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns a good answer in JSON. */
  static Document json(JsonWriter writer) {
    return of(JSON, bytes(writer));
  }

  /** Returns the refusal of a request as a problem document. */
  static Document problem(ProblemException problem) {
    byte[] content =
        bytes(
            json -> {
              json.writeStartObject();
              json.writeStringField("type", "about:blank");
              json.writeStringField("title", HttpStatus.getMessage(problem.status()));
              json.writeNumberField("status", problem.status());
              json.writeStringField("detail", problem.detail());
              json.writeEndObject();
            });
    Map<String, String> headers =
        problem.retryAfterSeconds().isPresent()
            ? Map.of("Retry-After", Integer.toString(problem.retryAfterSeconds().getAsInt()))
            : Map.of();
    return new Document(
        problem.status(), "application/problem+json", headers, ByteBuffer.wrap(content));
  }

  private static byte[] bytes(JsonWriter writer) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
      writer.write(json);
    } catch (IOException impossible) {
      throw new UncheckedIOException("memory cannot be written", impossible);
    }
    return bytes.toByteArray();
  }
}
