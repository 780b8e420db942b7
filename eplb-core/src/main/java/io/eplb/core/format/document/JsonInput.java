package io.eplb.core.format.document;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.eplb.api.wording.OneLine;
import io.eplb.core.format.Content;
import io.eplb.core.format.InputSource;
import java.io.CharConversionException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A JSON document. */
final class JsonInput extends TokenInput {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxNumberLength(MOST_DIGITS)
                  .build())
          .build();

  private final JsonParser parser;

  private JsonInput(InputSource source, JsonParser parser) {
    super(source, "JSON", "white space");
    this.parser = parser;
  }

  static <T> T read(InputSource source, Reading<T> reading) {
    Content content = source.content();
    if (content != Content.JSON && content != Content.TEXT) {
      throw source.fault("holds " + content.description() + "; expected JSON");
    }
    return source.read(
        stream -> {
          try (JsonParser parser = FACTORY.createParser(stream)) {
            return new JsonInput(source, parser).readWhole(reading);
          } catch (StreamConstraintsException exception) {
            throw source.fault(tooMuch(exception), exception);
          } catch (JsonEOFException exception) {
            throw source.fault(
                source.isUtf8()
                    ? "ends too early" + at(exception.getLocation()) + ": the JSON is truncated"
                    : NOT_UTF8,
                exception);
          } catch (JsonProcessingException exception) {
            boolean characters =
                exception.getCause() instanceof CharConversionException
                    || String.valueOf(exception.getOriginalMessage())
                        .contains("CharConversionException");
            throw source.fault(
                characters
                    ? NOT_UTF8
                    : "is not valid JSON"
                        + at(exception.getLocation())
                        + ": "
                        + withoutAdvice(exception.getOriginalMessage()),
                exception);
          } catch (CharConversionException exception) {
            throw source.fault(NOT_UTF8, exception);
          }
        });
  }

  private static final String NOT_UTF8 = "is not valid JSON: it must be written in UTF-8";

  private static String at(@Nullable JsonLocation location) {
    return location == null || location.getLineNr() < 1
        ? ""
        : at(location.getLineNr(), location.getColumnNr());
  }

  private static String tooMuch(StreamConstraintsException exception) {
    String message = String.valueOf(exception.getOriginalMessage());
    if (message.contains("nesting depth")) {
      return TOO_DEEP;
    }
    return message.contains("Number value length") ? TOO_MANY_DIGITS : withoutAdvice(message);
  }

  /** Returns the first line of the parser's message without its advice to the programmer. */
  private static String withoutAdvice(@Nullable String message) {
    String line = message == null ? "unreadable" : message;
    int end = line.indexOf('\n');
    line = end < 0 ? line : line.substring(0, end);
    int advice = line.indexOf(" (not recognized");
    line = advice < 0 ? line : line.substring(0, advice);
    int code = line.indexOf('`');
    if (code >= 0) {
      line = line.substring(0, code);
      int cut =
          Math.max(
              line.lastIndexOf(": enable"),
              Math.max(line.lastIndexOf(", from"), line.lastIndexOf(" (")));
      line = cut < 0 ? line : line.substring(0, cut);
      line = line.lastIndexOf('(') > line.lastIndexOf(')') ? line + ")" : line;
    }
    return OneLine.of(line);
  }

  @Override
  @Nullable JsonToken advance() throws IOException {
    return parser.nextToken();
  }

  @Override
  public JsonToken token() {
    return parser.currentToken();
  }

  @Override
  String key() throws IOException {
    return parser.currentName();
  }

  @Override
  public String text() throws IOException {
    return parser.getText();
  }

  @Override
  public double number() throws IOException {
    return parser.getDoubleValue();
  }

  @Override
  int integer() throws IOException {
    return parser.getIntValue();
  }

  @Override
  public void skip() throws IOException {
    parser.skipChildren();
  }

  @Override
  public int line() {
    return parser.currentTokenLocation().getLineNr();
  }

  @Override
  int column() {
    return parser.currentTokenLocation().getColumnNr();
  }
}
