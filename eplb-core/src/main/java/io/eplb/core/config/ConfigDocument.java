package io.eplb.core.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.eplb.api.InvalidInputException;
import io.eplb.core.config.ConfigValue.Block;
import io.eplb.core.config.ConfigValue.Scalar;
import io.eplb.core.config.ConfigValue.Sequence;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * Reads a configuration file into values that know their lines. YAML by default, JSON by the ending
 * {@code .json}.
 */
final class ConfigDocument {
  /** A configuration is written by hand; a larger file is something else. */
  private static final int MAX_BYTES = 1 << 20;

  private static final int MAX_DEPTH = 32;

  private ConfigDocument() {}

  static Block read(Path file) {
    String content = text(file, content(file));
    try (JsonParser parser = factory(file).createParser(content)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        throw new InvalidInputException(
            file + " is empty; it should hold settings such as eplb_policy");
      }
      ConfigValue root = value(file, parser);
      if (!(root instanceof Block block)) {
        throw new InvalidInputException(
            at(file, root.line())
                + " the document is "
                + root.kind()
                + "; it must be a block of keys");
      }
      if (parser.nextToken() != null) {
        throw new InvalidInputException(
            at(file, line(parser))
                + " there is a second document; a configuration is a single one");
      }
      return block;
    } catch (JsonProcessingException malformed) {
      if (malformed.getCause() instanceof MarkedYAMLException yaml
          && yaml.getProblemMark() != null) {
        throw new InvalidInputException(
            at(file, yaml.getProblemMark().getLine() + 1) + " " + firstLine(yaml.getProblem()),
            malformed);
      }
      JsonLocation location = malformed.getLocation();
      throw new InvalidInputException(
          at(file, location == null ? 1 : Math.max(1, location.getLineNr()))
              + " "
              + firstLine(malformed.getOriginalMessage()),
          malformed);
    } catch (IOException unreadable) {
      throw new InvalidInputException(
          file + " cannot be read: " + unreadable.getMessage(), unreadable);
    }
  }

  static String at(Path file, int line) {
    return file + ":" + line + ":";
  }

  private static byte[] content(Path file) {
    if (Files.isDirectory(file)) {
      throw new InvalidInputException(file + " is a directory; a configuration file is needed");
    }
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new InvalidInputException(
            file + " has more than " + MAX_BYTES + " bytes; that is no configuration file");
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException missing) {
      throw new InvalidInputException(file + " does not exist; name an existing file", missing);
    } catch (IOException unreadable) {
      throw new InvalidInputException(
          file + " cannot be read: " + unreadable.getMessage(), unreadable);
    }
  }

  private static String text(Path file, byte[] content) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException notUtf8) {
      throw new InvalidInputException(file + " is not a text in UTF-8", notUtf8);
    }
  }

  private static JsonFactory factory(Path file) {
    StreamReadConstraints constraints =
        StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).maxNumberLength(64).build();
    if (file.toString().toLowerCase(Locale.ROOT).endsWith(".json")) {
      return JsonFactory.builder()
          .streamReadConstraints(constraints)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();
    }
    LoaderOptions limits = new LoaderOptions();
    limits.setAllowDuplicateKeys(false);
    limits.setNestingDepthLimit(MAX_DEPTH);
    limits.setCodePointLimit(MAX_BYTES);
    limits.setMaxAliasesForCollections(0);
    return YAMLFactory.builder()
        .loaderOptions(limits)
        .streamReadConstraints(constraints)
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .build();
  }

  private static ConfigValue value(Path file, JsonParser parser) throws IOException {
    int line = line(parser);
    if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
      throw new InvalidInputException(
          at(file, line) + " aliases are not supported; write the value out");
    }
    JsonToken token = parser.currentToken();
    return switch (token) {
      case START_OBJECT -> new Block(entries(file, parser), line);
      case START_ARRAY -> {
        List<ConfigValue> values = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          values.add(value(file, parser));
        }
        yield new Sequence(values, line);
      }
      default -> new Scalar(scalar(parser, token), line);
    };
  }

  private static Map<String, ConfigValue> entries(Path file, JsonParser parser) throws IOException {
    Map<String, ConfigValue> values = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      parser.nextToken();
      values.put(key, value(file, parser));
    }
    return values;
  }

  private static @Nullable Object scalar(JsonParser parser, JsonToken token) throws IOException {
    return switch (token) {
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      case VALUE_NUMBER_INT -> parser.getBigIntegerValue();
      case VALUE_NUMBER_FLOAT -> decimal(parser);
      default -> parser.getText();
    };
  }

  /** NaN and the infinities are read as such, so that the setting can refuse them by name. */
  private static Number decimal(JsonParser parser) throws IOException {
    if (parser.isNaN()) {
      return Double.NaN;
    }
    try {
      return parser.getDecimalValue();
    } catch (JsonProcessingException notFinite) {
      return Double.NaN;
    }
  }

  private static int line(JsonParser parser) {
    return Math.max(1, parser.currentTokenLocation().getLineNr());
  }

  private static String firstLine(@Nullable String message) {
    String line = message == null ? "this cannot be read" : message.lines().findFirst().orElse("");
    return line.contains("nesting depth")
        ? "is nested more than " + MAX_DEPTH + " levels deep"
        : line.replaceAll("; got this instead: <.*", "")
            .replaceAll("<?org\\.yaml[^>]*>?", "a block");
  }
}
