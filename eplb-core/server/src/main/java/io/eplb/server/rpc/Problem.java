package io.eplb.server.rpc;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.eplb.api.wording.OneLine;
import java.io.IOException;

/** Reads the line of a problem document, which every refusal is. */
final class Problem {
  private static final JsonFactory JSON = new JsonFactory();

  private Problem() {}

  /** Returns the reason of a refusal; its status if the body is no problem document. */
  static String words(int status, byte[] body) {
    try (JsonParser json = JSON.createParser(body)) {
      if (json.nextToken() == JsonToken.START_OBJECT) {
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
          if (name.equals("detail")) {
            String detail = json.nextTextValue();
            return detail == null ? status(status) : OneLine.brief(detail);
          }
          json.nextToken();
          json.skipChildren();
        }
      }
    } catch (IOException malformed) {
      return status(status);
    }
    return status(status);
  }

  private static String status(int status) {
    return "HTTP status " + status;
  }
}
