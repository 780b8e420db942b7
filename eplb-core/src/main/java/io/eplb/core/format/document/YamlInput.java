package io.eplb.core.format.document;

import com.fasterxml.jackson.core.JsonToken;
import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.OneLine;
import io.eplb.core.format.Content;
import io.eplb.core.format.InputSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionEndEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingEndEvent;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * A YAML document, read from the events of its parser: {@link PlainWord} resolves every word,
 * instead of the rules of YAML 1.1. Anchors, aliases, merge keys and tags are refused, since they
 * take a value from another place or change its meaning.
 */
final class YamlInput extends TokenInput {
  private static final String NOT_UTF8 = "is not valid YAML: it must be written in UTF-8";

  private final ParserImpl parser;
  private Event event;
  private JsonToken token = JsonToken.NOT_AVAILABLE;
  private PlainWord word = PlainWord.TEXT;

  /** Per open collection, from 1: true if it is a mapping. */
  private final boolean[] mapping = new boolean[DEEPEST + 1];

  private int depth;

  /** True where the innermost collection is a mapping and a key comes next. */
  private boolean keyNext;

  private YamlInput(InputSource source, Reader reader) {
    super(source, "YAML", "white space and comments");
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(Integer.MAX_VALUE);
    this.parser = new ParserImpl(new StreamReader(reader), options);
    this.event = parser.getEvent();
  }

  static <T> T read(InputSource source, Reading<T> reading) {
    Content content = source.content();
    if (content != Content.TEXT && content != Content.JSON && content != Content.BINARY) {
      throw source.fault("holds " + content.description() + "; expected YAML");
    }
    return source.read(
        stream -> {
          // A decoder that is given explicitly reports malformed UTF-8 instead of replacing it.
          try (Reader reader = new InputStreamReader(stream, StandardCharsets.UTF_8.newDecoder())) {
            return new YamlInput(source, reader).readWhole(reading);
          } catch (MarkedYAMLException malformed) {
            Mark mark = malformed.getProblemMark();
            throw source.fault(
                "is not valid YAML%s: %s"
                    .formatted(
                        mark == null ? "" : at(mark.getLine() + 1, mark.getColumn() + 1),
                        problem(malformed.getProblem())),
                malformed);
          } catch (ReaderException control) {
            throw source.fault(
                "holds the control character U+%04X at line %d; remove it"
                    .formatted(control.getCodePoint(), lineOf(source, control.getPosition())),
                control);
          } catch (YAMLException unreadable) {
            if (unreadable.getCause() instanceof CharacterCodingException) {
              throw source.fault(NOT_UTF8, unreadable);
            }
            if (unreadable.getCause() instanceof IOException exception) {
              throw exception;
            }
            throw source.fault(
                "is not valid YAML: " + problem(String.valueOf(unreadable.getMessage())),
                unreadable);
          }
        });
  }

  /** Returns the line of a character by its position, from 0, since the parser gives no line. */
  private static int lineOf(InputSource source, int position) {
    return source.read(
        stream -> {
          Reader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
          int line = 1;
          int at = 0;
          for (int c = reader.read(); c >= 0 && at < position; c = reader.read()) {
            // The parser counts a pair of surrogates once.
            at += Character.isLowSurrogate((char) c) ? 0 : 1;
            line += c == '\n' ? 1 : 0;
          }
          return line;
        });
  }

  private static String problem(String problem) {
    return problem.startsWith("expected <block end>")
        ? "this is indented like no line before it; indent the keys of a block alike"
        : OneLine.of(problem);
  }

  @Override
  @Nullable JsonToken advance() {
    do {
      event = parser.getEvent();
      if (event == null || event.is(Event.ID.StreamEnd)) {
        return null;
      }
    } while (event.is(Event.ID.DocumentStart) || event.is(Event.ID.DocumentEnd));
    token = resolved();
    return token;
  }

  private JsonToken resolved() {
    requireItself();
    if (event instanceof CollectionEndEvent) {
      depth--;
      keyNext = mapping[depth];
      return event instanceof MappingEndEvent ? JsonToken.END_OBJECT : JsonToken.END_ARRAY;
    }
    if (keyNext) {
      return key(event);
    }
    keyNext = mapping[depth];
    if (event instanceof ScalarEvent scalar) {
      word = scalar.isPlain() ? PlainWord.of(scalar.getValue()) : PlainWord.TEXT;
      if (word.isNumber() && scalar.getValue().length() > MOST_DIGITS) {
        throw source().fault(TOO_MANY_DIGITS);
      }
      return word.token();
    }
    if (depth == DEEPEST) {
      throw source().fault(TOO_DEEP);
    }
    keyNext = event instanceof MappingStartEvent;
    mapping[++depth] = keyNext;
    return keyNext ? JsonToken.START_OBJECT : JsonToken.START_ARRAY;
  }

  private JsonToken key(Event found) {
    if (!(found instanceof ScalarEvent key)) {
      throw refused("has a list or a block of keys for a key", "; a key is a word");
    }
    if (key.isPlain() && key.getValue().equals("<<")) {
      throw refused("has a merge key", "; write the settings out");
    }
    keyNext = false;
    return JsonToken.FIELD_NAME;
  }

  /** Checks that the event is no alias and has no anchor and no tag. */
  private void requireItself() {
    if (event instanceof AliasEvent alias) {
      throw refused("has the alias *" + OneLine.of(alias.getAnchor()), "; write the value out");
    }
    if (event instanceof NodeEvent node && node.getAnchor() != null) {
      throw refused("has the anchor &" + OneLine.of(node.getAnchor()), "; remove it");
    }
    String tag =
        event instanceof ScalarEvent scalar
            ? scalar.getTag()
            : event instanceof CollectionStartEvent collection ? collection.getTag() : null;
    if (tag != null) {
      throw refused(
          "has the tag " + OneLine.of(tag.replace("tag:yaml.org,2002:", "!!")), "; remove it");
    }
  }

  private InvalidInputException refused(String what, String right) {
    return source().fault(what + at(line(), column()) + right);
  }

  @Override
  public JsonToken token() {
    return token;
  }

  @Override
  String key() {
    return text();
  }

  @Override
  public String text() {
    return event instanceof ScalarEvent scalar ? scalar.getValue() : "";
  }

  @Override
  public double number() {
    return word.number(text());
  }

  @Override
  int integer() {
    return Integer.parseInt(text());
  }

  @Override
  public @Nullable String doubt() {
    return word.doubt();
  }

  @Override
  public void skip() {
    int outside = depth - (event instanceof CollectionStartEvent ? 1 : 0);
    while (depth > outside) {
      advance();
    }
  }

  @Override
  public int line() {
    return event.getStartMark().getLine() + 1;
  }

  @Override
  int column() {
    return event.getStartMark().getColumn() + 1;
  }
}
