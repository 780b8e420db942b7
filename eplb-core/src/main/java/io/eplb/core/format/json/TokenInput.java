package io.eplb.core.format.json;

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
import io.eplb.api.InvalidInputException;
import io.eplb.core.format.Content;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.OneLine;
import java.io.CharConversionException;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * A document being read token by token, whose every fault becomes an error that names the file and
 * the place. Used by one thread.
 */
public final class TokenInput {
  private static final int DEEPEST = 1000;

  /** Bounds every reader of a document keeps, whatever its language. */
  public static final StreamReadConstraints CONSTRAINTS =
      StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build();

  private final InputSource source;
  private final JsonParser parser;

  private TokenInput(InputSource source, JsonParser parser) {
    this.source = source;
    this.parser = parser;
  }

  /** Reads something out of a document whose first token is the current one. */
  @FunctionalInterface
  public interface Reading<T> {
    /** Reads the document's one value, its last token included. */
    T from(TokenInput input) throws IOException;
  }

  /**
   * Reads a JSON document.
   *
   * @throws InvalidInputException if it cannot be read, is no JSON, or more follows its value
   */
  public static <T> T json(InputSource source, Reading<T> reading) {
    Content content = source.content();
    if (content != Content.JSON && content != Content.TEXT) {
      throw source.fault("holds " + content.description() + "; expected JSON");
    }
    JsonFactory factory =
        JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .streamReadConstraints(CONSTRAINTS)
            .build();
    return read(source, "JSON", factory, reading);
  }

  /**
   * Reads a document in the language of a factory.
   *
   * @param language its name, for messages
   * @throws InvalidInputException if it cannot be read, breaks the language, or more follows its
   *     value
   */
  public static <T> T read(
      InputSource source, String language, JsonFactory factory, Reading<T> reading) {
    return source.read(
        stream -> {
          try (JsonParser parser = factory.createParser(stream)) {
            TokenInput input = new TokenInput(source, parser);
            if (parser.nextToken() == null) {
              throw source.fault("holds nothing but white space; expected " + language);
            }
            T value = reading.from(input);
            if (parser.nextToken() != null) {
              throw source.fault(
                  "goes on after the end of its "
                      + language
                      + " value, with "
                      + input.found()
                      + position(parser.currentTokenLocation())
                      + "; expected one value alone");
            }
            return value;
          } catch (StreamConstraintsException exception) {
            throw source.fault(tooMuch(exception), exception);
          } catch (JsonEOFException exception) {
            if (!source.isUtf8()) {
              throw source.fault(notUtf8(language), exception);
            }
            throw source.fault(
                "ends too early"
                    + position(exception.getLocation())
                    + ": the "
                    + language
                    + " is truncated",
                exception);
          } catch (JsonProcessingException exception) {
            if (exception.getCause() instanceof MarkedYAMLException yaml) {
              throw source.fault(brokenYaml(yaml), exception);
            }
            if (exception.getCause() instanceof CharConversionException
                || String.valueOf(exception.getOriginalMessage())
                    .contains("CharConversionException")) {
              throw source.fault(notUtf8(language), exception);
            }
            throw source.fault(
                "is not valid "
                    + language
                    + position(exception.getLocation())
                    + ": "
                    + plain(exception.getOriginalMessage()),
                exception);
          } catch (CharConversionException exception) {
            throw source.fault(notUtf8(language), exception);
          }
        });
  }

  private static String notUtf8(String language) {
    return "is not valid " + language + ": it must be written in UTF-8";
  }

  private static String position(JsonLocation location) {
    return location == null || location.getLineNr() < 1
        ? ""
        : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
  }

  /** The YAML parser knows better than its wrapper what is wrong, and where. */
  private static String brokenYaml(MarkedYAMLException exception) {
    Mark mark = exception.getProblemMark();
    return "is not valid YAML"
        + (mark == null
            ? ""
            : " at line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1))
        + ": "
        + plain(exception.getProblem());
  }

  private static String tooMuch(StreamConstraintsException exception) {
    String message = String.valueOf(exception.getOriginalMessage());
    if (message.contains("nesting depth")) {
      return "is nested more than " + DEEPEST + " levels deep";
    }
    return message.contains("Number value length")
        ? "holds a number of more than " + CONSTRAINTS.getMaxNumberLength() + " digits"
        : plain(message);
  }

  /** The parser's first line without its advice to the programmer. */
  private static String plain(@Nullable String message) {
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

  /** Returns the current token. */
  public JsonToken token() {
    return parser.currentToken();
  }

  /** Moves to the next token and returns it. */
  public JsonToken next() throws IOException {
    JsonToken token = parser.nextToken();
    if (token == null) {
      throw new JsonEOFException(parser, null, "unexpected end");
    }
    return token;
  }

  /**
   * Moves to the next key of the current object and on to its value; null at the end of the object.
   */
  public @Nullable String nextKey() throws IOException {
    if (next() == JsonToken.END_OBJECT) {
      return null;
    }
    String key = parser.currentName();
    next();
    return key;
  }

  /** Moves to the next element of the current array and returns false; true at its end. */
  public boolean endsArray() throws IOException {
    return next() == JsonToken.END_ARRAY;
  }

  /** Moves to the end of the current value, however deep. */
  public void skip() throws IOException {
    parser.skipChildren();
  }

  /** Returns the number of the current token, as the nearest double. */
  double number() throws IOException {
    return parser.getDoubleValue();
  }

  /**
   * Checks that the current token opens an array.
   *
   * @throws InvalidInputException if not
   */
  public void requireArray(String pointer, String expected) throws IOException {
    require(JsonToken.START_ARRAY, pointer, expected);
  }

  /**
   * Checks that the current token opens an object.
   *
   * @throws InvalidInputException if not
   */
  public void requireObject(String pointer, String expected) throws IOException {
    require(JsonToken.START_OBJECT, pointer, expected);
  }

  private void require(JsonToken token, String pointer, String expected) throws IOException {
    if (parser.currentToken() != token) {
      throw unexpected(pointer, expected);
    }
  }

  /**
   * Returns the current token as an integer.
   *
   * @throws InvalidInputException if the rule does not accept it
   */
  public int integer(String pointer, NumberRule rule) throws IOException {
    if (!plainInteger() || !rule.accepts(true, parser.getDoubleValue())) {
      throw unexpected(pointer, rule.description());
    }
    return parser.getIntValue();
  }

  /**
   * Returns whether the current token is an integer in plain decimal digits, as it always is in
   * JSON. YAML has others, such as 010, which is 8 to some readers and 10 to others.
   */
  private boolean plainInteger() throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
      return false;
    }
    char[] text = parser.getTextCharacters();
    int from = parser.getTextOffset();
    int to = from + parser.getTextLength();
    boolean signed = text[from] == '-' || text[from] == '+';
    from += signed ? 1 : 0;
    for (int at = from; at < to; at++) {
      if (text[at] < '0' || text[at] > '9') {
        return false;
      }
    }
    return to - from == 1 || text[from] != '0';
  }

  /**
   * Returns the elements of the array that the current token opens.
   *
   * @throws InvalidInputException if it is no array, or the rule does not accept an element
   */
  public int[] integers(String pointer, NumberRule rule) throws IOException {
    require(JsonToken.START_ARRAY, pointer, "an array of whole numbers");
    int[] values = new int[16];
    int count = 0;
    while (!endsArray()) {
      if (!plainInteger() || !rule.accepts(true, parser.getDoubleValue())) {
        throw unexpected(pointer + "/" + count, rule.description());
      }
      if (count == values.length) {
        values = Arrays.copyOf(values, count * 2);
      }
      values[count++] = parser.getIntValue();
    }
    return Arrays.copyOf(values, count);
  }

  /**
   * Returns the current token as a text.
   *
   * @throws InvalidInputException if it is none
   */
  public String text(String pointer, String expected) throws IOException {
    require(JsonToken.VALUE_STRING, pointer, expected);
    return parser.getText();
  }

  /** Returns an error at a place whose current token is not what was expected. */
  public InvalidInputException unexpected(String pointer, String expected) throws IOException {
    return fault(pointer, "is " + found() + "; expected " + expected);
  }

  /** Returns an error at a place. */
  public InvalidInputException fault(String pointer, String what) {
    return source.fault((pointer.isEmpty() ? "the top level" : OneLine.of(pointer)) + " " + what);
  }

  /** Returns the error for a content that the heap cannot hold. */
  public InvalidInputException tooLarge(OutOfMemoryError error) {
    return source.tooLarge(error);
  }

  /** Says what the current token is. */
  private String found() throws IOException {
    return switch (parser.currentToken()) {
      case START_ARRAY -> "an array";
      case START_OBJECT -> "an object";
      case END_ARRAY -> "the end of an array";
      case END_OBJECT -> "the end of an object";
      case FIELD_NAME -> "the key " + OneLine.quote(parser.currentName());
      case VALUE_STRING -> "the text " + OneLine.quote(parser.getText());
      case VALUE_NULL -> "null";
      case VALUE_TRUE -> "true";
      case VALUE_FALSE -> "false";
      default -> shortened(parser.getText());
    };
  }

  private static String shortened(String number) {
    return OneLine.of(number.length() > 40 ? number.substring(0, 40) + "…" : number);
  }
}
