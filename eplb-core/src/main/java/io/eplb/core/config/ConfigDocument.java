package io.eplb.core.config;

import com.fasterxml.jackson.core.JsonToken;
import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.OneLine;
import io.eplb.core.config.ConfigValue.Block;
import io.eplb.core.config.ConfigValue.DoubtfulNumber;
import io.eplb.core.config.ConfigValue.Scalar;
import io.eplb.core.config.ConfigValue.Sequence;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.document.TokenInput;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads a configuration into values with their lines: JSON if the name ends in {@code .json}, else
 * YAML.
 */
final class ConfigDocument {
  /** A configuration is written by hand; a larger file is no configuration. */
  static final int MAX_BYTES = 1 << 20;

  private static final int MAX_DEPTH = 32;
  private static final int LONGEST_NUMBER = 64;
  private static final int SHOWN_DIGITS = 20;

  /** A key has any length, and messages name it; the rest of a longer one says nothing. */
  private static final int LONGEST_ERROR = 1_200;

  private final String name;
  private final TokenInput input;

  private ConfigDocument(String name, TokenInput input) {
    this.name = name;
    this.input = input;
  }

  static Block read(InputSource source) {
    String name = source.name();
    source.bytes(MAX_BYTES); // refuses more
    return name.toLowerCase(Locale.ROOT).endsWith(".json")
        ? TokenInput.json(source, input -> new ConfigDocument(name, input).document())
        : TokenInput.yaml(source, input -> new ConfigDocument(name, input).document());
  }

  /** Returns an error at a line. The message may quote any text of the document. */
  static InvalidInputException error(String name, int line, String what) {
    String cut = what.length() > LONGEST_ERROR ? what.substring(0, LONGEST_ERROR) + "…" : what;
    return new InvalidInputException(name + ":" + line + ": " + OneLine.of(cut));
  }

  private Block document() throws IOException {
    ConfigValue root = value(0);
    if (!(root instanceof Block block)) {
      throw error(
          name, root.line(), "the document is " + root.kind() + "; it must be a block of keys");
    }
    return block;
  }

  /** Reads the value that the current token begins. */
  private ConfigValue value(int depth) throws IOException {
    int line = input.line();
    JsonToken token = input.token();
    if (token.isStructStart() && depth == MAX_DEPTH) {
      throw error(name, line, "is nested more than " + MAX_DEPTH + " levels deep");
    }
    return switch (token) {
      case START_OBJECT -> new Block(entries(depth), line);
      case START_ARRAY -> new Sequence(elements(depth), line);
      case VALUE_TRUE, VALUE_FALSE -> new Scalar(token == JsonToken.VALUE_TRUE, input.text(), line);
      case VALUE_NULL -> new Scalar(null, "null", line);
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(token, line);
      default -> new Scalar(input.text(), OneLine.quote(input.text()), line);
    };
  }

  private ConfigValue number(JsonToken token, int line) throws IOException {
    String text = input.text();
    String doubt = input.doubt();
    if (text.length() > LONGEST_NUMBER) {
      return new DoubtfulNumber(
          text.substring(0, SHOWN_DIGITS) + "…", "which has " + text.length() + " digits", line);
    }
    if (doubt != null) {
      return new DoubtfulNumber(text, doubt, line);
    }
    if (token == JsonToken.VALUE_NUMBER_INT) {
      return new Scalar(new BigInteger(text), text, line);
    }
    double number = input.number();
    return new Scalar(Double.isFinite(number) ? new BigDecimal(text) : number, text, line);
  }

  private Map<String, ConfigValue> entries(int depth) throws IOException {
    Map<String, ConfigValue> values = new LinkedHashMap<>();
    for (String key = input.nextKey(); key != null; key = input.nextKey()) {
      if (values.containsKey(key)) {
        throw error(
            name, input.line(), "the key " + OneLine.quote(key) + " is given twice; give it once");
      }
      values.put(key, value(depth + 1));
    }
    return values;
  }

  private List<ConfigValue> elements(int depth) throws IOException {
    List<ConfigValue> values = new ArrayList<>();
    while (!input.endsArray()) {
      values.add(value(depth + 1));
    }
    return values;
  }
}
