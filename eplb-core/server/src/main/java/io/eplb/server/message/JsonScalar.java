package io.eplb.server.message;

import com.fasterxml.jackson.core.JsonToken;
import io.eplb.core.format.document.TokenInput;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;

/** Single values of a JSON object, as the texts that a query would have. */
final class JsonScalar {
  private static final Set<JsonToken> OPTIONS =
      EnumSet.of(
          JsonToken.VALUE_STRING,
          JsonToken.VALUE_NUMBER_INT,
          JsonToken.VALUE_NUMBER_FLOAT,
          JsonToken.VALUE_TRUE,
          JsonToken.VALUE_FALSE);

  private JsonScalar() {}

  /** Returns the whole number that the current token is. */
  static String whole(TokenInput input, String pointer) throws IOException {
    if (input.token() != JsonToken.VALUE_NUMBER_INT) {
      throw input.unexpected(pointer, "a whole number");
    }
    return input.text();
  }

  /** Returns the value of an option that the current token is. */
  static String option(TokenInput input, String pointer) throws IOException {
    if (!OPTIONS.contains(input.token())) {
      throw input.unexpected(pointer, "a text, a number, true or false");
    }
    return input.text();
  }
}
