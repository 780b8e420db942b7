package io.eplb.core.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.eplb.core.config.ConfigValue.Block;
import io.eplb.core.config.ConfigValue.Scalar;
import io.eplb.core.config.ConfigValue.Sequence;
import io.eplb.core.format.OneLine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads JSON as a stream of tokens. */
final class JsonDocument {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(ConfigDocument.MAX_DEPTH)
                  .maxNumberLength(64)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  private JsonDocument() {}

  /** Returns the one value of the document; null if there is none. */
  static @Nullable ConfigValue read(String name, String content) {
    try (JsonParser parser = FACTORY.createParser(content)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        return null;
      }
      ConfigValue value = value(parser, first);
      if (parser.nextToken() != null) {
        throw ConfigDocument.error(
            name, line(parser), "there is a second document; a configuration is a single one");
      }
      return value;
    } catch (JsonProcessingException malformed) {
      JsonLocation location = malformed.getLocation();
      throw ConfigDocument.error(
          name, location == null ? 1 : Math.max(1, location.getLineNr()), problem(malformed));
    } catch (IOException impossible) {
      throw new IllegalStateException("a text in memory cannot be unreadable", impossible);
    }
  }

  private static ConfigValue value(JsonParser parser, JsonToken token) throws IOException {
    int line = line(parser);
    return switch (token) {
      case START_OBJECT -> new Block(entries(parser), line);
      case START_ARRAY -> new Sequence(elements(parser), line);
      case VALUE_TRUE, VALUE_FALSE ->
          new Scalar(token == JsonToken.VALUE_TRUE, parser.getText(), line);
      case VALUE_NULL -> new Scalar(null, "null", line);
      case VALUE_NUMBER_INT -> new Scalar(parser.getBigIntegerValue(), parser.getText(), line);
      case VALUE_NUMBER_FLOAT ->
          new Scalar(
              parser.isNaN() ? Double.NaN : parser.getDecimalValue(), parser.getText(), line);
      default -> Scalar.text(parser.getText(), line);
    };
  }

  private static Map<String, ConfigValue> entries(JsonParser parser) throws IOException {
    Map<String, ConfigValue> values = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      values.put(key, value(parser, parser.nextToken()));
    }
    return values;
  }

  private static List<ConfigValue> elements(JsonParser parser) throws IOException {
    List<ConfigValue> values = new ArrayList<>();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      values.add(value(parser, token));
    }
    return values;
  }

  private static int line(JsonParser parser) {
    return Math.max(1, parser.currentTokenLocation().getLineNr());
  }

  private static String problem(JsonProcessingException malformed) {
    String message = String.valueOf(malformed.getOriginalMessage());
    if (malformed instanceof StreamConstraintsException) {
      return message.contains("nesting depth")
          ? "is nested more than " + ConfigDocument.MAX_DEPTH + " levels deep"
          : "holds a number of more than 64 digits";
    }
    return OneLine.of(message.lines().findFirst().orElse("this is no JSON"));
  }
}
