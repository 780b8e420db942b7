package io.eplb.core.format.document;

import com.fasterxml.jackson.core.JsonToken;
import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.OneLine;
import io.eplb.core.format.InputSource;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A document that is read token by token. Its faults become errors that name the file and the
 * place. Used by one thread.
 *
 * <p>Each language has one subclass: {@link JsonInput} and {@link YamlInput}. A reader does not
 * depend on the language. This one reads a single number:
 *
 * <pre>{@code
 * int experts = TokenInput.json(source, input -> {
 *   int experts = 0;
 *   input.requireObject("", "an object with num_experts");
 *   for (String key = input.nextKey(); key != null; key = input.nextKey()) {
 *     if (key.equals("num_experts")) {
 *       experts = input.integer("/num_experts", EXPERTS);
 *     } else {
 *       input.skip();
 *     }
 *   }
 *   return experts;
 * });
 * }</pre>
 */
public abstract class TokenInput {
  static final int DEEPEST = 1_000;
  static final int MOST_DIGITS = 1_000;
  static final String TOO_DEEP = "is nested more than " + DEEPEST + " levels deep";
  static final String TOO_MANY_DIGITS = "holds a number of more than " + MOST_DIGITS + " digits";

  private static final int MOST_SHOWN = 40;

  private final InputSource source;
  private final String language;
  private final String blank;

  /**
   * Takes an input.
   *
   * @param language the document's language, for messages
   * @param blank the possible content of a document without a value, for messages
   */
  TokenInput(InputSource source, String language, String blank) {
    this.source = source;
    this.language = language;
    this.blank = blank;
  }

  /** A reader of a document, whose first token is the current one. */
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
    return JsonInput.read(source, reading);
  }

  /**
   * Reads a YAML document.
   *
   * @throws InvalidInputException if it cannot be read, is no YAML, has an anchor, an alias, a
   *     merge key or a tag, or more follows its value
   */
  public static <T> T yaml(InputSource source, Reading<T> reading) {
    return YamlInput.read(source, reading);
  }

  final <T> T readWhole(Reading<T> reading) throws IOException {
    if (advance() == null) {
      throw source.fault("holds nothing but " + blank + "; expected " + language);
    }
    T value = reading.from(this);
    if (advance() != null) {
      throw source.fault(
          "goes on after the end of its %s value, with %s%s; expected one value alone"
              .formatted(language, found(), at(line(), column())));
    }
    return value;
  }

  static String at(int line, int column) {
    return " at line " + line + ", column " + column;
  }

  final InputSource source() {
    return source;
  }

  /** Moves to the next token; null at the end of the document. */
  abstract @Nullable JsonToken advance() throws IOException;

  /** Returns the current token. */
  public abstract JsonToken token();

  /** Returns the key that the current token is. */
  abstract String key() throws IOException;

  /** Returns the current token as it is written; a text without its quotation marks. */
  public abstract String text() throws IOException;

  /** Returns the number of the current token, as the nearest double; NaN if it is doubtful. */
  public abstract double number() throws IOException;

  /** Returns the number of the current token, which is known to be an integer. */
  abstract int integer() throws IOException;

  /** Returns the reason why the current number is doubtful, as "which …"; null if it is not. */
  public @Nullable String doubt() {
    return null;
  }

  /** Moves to the end of the current value, however deep. */
  public abstract void skip() throws IOException;

  /** Returns the line on which the current token starts, from 1. */
  public abstract int line();

  /** Returns the column at which the current token starts, from 1. */
  abstract int column();

  /** Moves to the next token and returns it. */
  public final JsonToken next() throws IOException {
    JsonToken token = advance();
    if (token == null) {
      throw new IllegalStateException("the document has been read to its end");
    }
    return token;
  }

  /**
   * Moves to the next key of the current object and then to its value, and returns the key; null at
   * the end of the object.
   */
  public final @Nullable String nextKey() throws IOException {
    if (next() == JsonToken.END_OBJECT) {
      return null;
    }
    String key = key();
    next();
    return key;
  }

  /**
   * Moves to the next element of the current array, and returns whether the array has ended
   * instead.
   */
  public final boolean endsArray() throws IOException {
    return next() == JsonToken.END_ARRAY;
  }

  /**
   * Checks that the current token opens an array.
   *
   * @throws InvalidInputException if not
   */
  public final void requireArray(String pointer, String expected) throws IOException {
    require(JsonToken.START_ARRAY, pointer, expected);
  }

  /**
   * Checks that the current token opens an object.
   *
   * @throws InvalidInputException if not
   */
  public final void requireObject(String pointer, String expected) throws IOException {
    require(JsonToken.START_OBJECT, pointer, expected);
  }

  private void require(JsonToken token, String pointer, String expected) throws IOException {
    if (token() != token) {
      throw unexpected(pointer, expected);
    }
  }

  /**
   * Checks that a key comes for the first time in the current object.
   *
   * @throws InvalidInputException if it has
   */
  public final void requireFirst(boolean first, String pointer, String key) {
    if (!first) {
      throw fault(pointer, "has the key " + key + " twice; expected it once");
    }
  }

  /** A reader of the value of one key of an object. */
  @FunctionalInterface
  public interface KeyReading {
    /** Reads or skips the value, whose first token is the current one. */
    void of(String key) throws IOException;
  }

  /**
   * Reads the object that the current token opens, its end included.
   *
   * @param required the keys that the object must have, each once
   * @param optional the keys that it may have once; any other key may come several times
   * @param reading is called with every key
   * @throws InvalidInputException if it is no object, a required key is missing, or one of these
   *     keys is given twice
   */
  public final void object(
      String pointer,
      String expected,
      List<String> required,
      List<String> optional,
      KeyReading reading)
      throws IOException {
    require(JsonToken.START_OBJECT, pointer, expected);
    Set<String> found = new HashSet<>();
    for (String key = nextKey(); key != null; key = nextKey()) {
      if (required.contains(key) || optional.contains(key)) {
        requireFirst(found.add(key), pointer, key);
      }
      reading.of(key);
    }
    for (String key : required) {
      if (!found.contains(key)) {
        throw fault(pointer, "has no key " + key);
      }
    }
  }

  /**
   * Returns the current token as an integer.
   *
   * @throws InvalidInputException if the rule does not accept it
   */
  public final int integer(String pointer, NumberRule rule) throws IOException {
    return integer(pointer, -1, rule);
  }

  /**
   * Returns the elements of the array that the current token opens.
   *
   * @throws InvalidInputException if it is no array, or the rule does not accept an element
   */
  public final int[] integers(String pointer, NumberRule rule) throws IOException {
    require(JsonToken.START_ARRAY, pointer, "an array of whole numbers");
    IntStream.Builder values = IntStream.builder();
    for (int index = 0; !endsArray(); index++) {
      values.add(integer(pointer, index, rule));
    }
    return values.build().toArray();
  }

  /** Returns the current token, the element of an array unless its index is negative. */
  private int integer(String pointer, int index, NumberRule rule) throws IOException {
    if (token() != JsonToken.VALUE_NUMBER_INT || !rule.accepts(true, number())) {
      throw unexpected(index < 0 ? pointer : pointer + "/" + index, rule.description());
    }
    return integer();
  }

  /**
   * Returns the current token as a text.
   *
   * @throws InvalidInputException if it is none
   */
  public final String text(String pointer, String expected) throws IOException {
    require(JsonToken.VALUE_STRING, pointer, expected);
    return text();
  }

  /** Returns the error for an unexpected token, the current one, at a place. */
  public final InvalidInputException unexpected(String pointer, String expected)
      throws IOException {
    return fault(pointer, "is " + found() + "; expected " + expected);
  }

  /** Returns an error at a place. */
  public final InvalidInputException fault(String pointer, String what) {
    return source.fault(
        (pointer.isEmpty() ? "the top level" : OneLine.brief(pointer)) + " " + what);
  }

  /** Returns the error for content that does not fit on the heap. */
  public final InvalidInputException tooLarge(OutOfMemoryError error) {
    return source.tooLarge(error);
  }

  /** Returns the current token as words for a message. */
  private String found() throws IOException {
    return switch (token()) {
      case START_ARRAY -> "an array";
      case START_OBJECT -> "an object";
      case END_ARRAY -> "the end of an array";
      case END_OBJECT -> "the end of an object";
      case FIELD_NAME -> "the key " + OneLine.quote(key());
      case VALUE_STRING -> "the text " + OneLine.quote(text());
      case VALUE_NULL -> "null";
      case VALUE_TRUE -> "true";
      case VALUE_FALSE -> "false";
      default -> shortened(text());
    };
  }

  private static String shortened(String number) {
    return OneLine.of(
        number.length() > MOST_SHOWN ? number.substring(0, MOST_SHOWN) + "…" : number);
  }
}
