package io.eplb.core.config;

import io.eplb.api.InvalidInputException;
import io.eplb.core.config.ConfigValue.Block;
import io.eplb.core.config.ConfigValue.Scalar;
import io.eplb.core.config.ConfigValue.Sequence;
import io.eplb.core.format.OneLine;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.DocumentStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingEndEvent;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceEndEvent;
import org.yaml.snakeyaml.reader.ReaderException;

/**
 * Reads YAML from the events of its parser, so that every word is resolved here and none by the
 * rules of YAML 1.1. Whatever makes a value come from elsewhere than where it stands is refused:
 * anchors, aliases, merge keys and tags.
 */
final class YamlDocument {
  private final String name;
  private final Iterator<Event> events;
  private Event current;

  private YamlDocument(String name, Iterator<Event> events) {
    this.name = name;
    this.events = events;
    this.current = events.next();
  }

  /** Returns the one value of the document; null if there is none. */
  static @Nullable ConfigValue read(String name, String content) {
    LoaderOptions limits = new LoaderOptions();
    limits.setCodePointLimit(ConfigDocument.MAX_BYTES);
    Yaml yaml = new Yaml(new SafeConstructor(limits));
    try {
      return new YamlDocument(name, yaml.parse(new StringReader(content)).iterator()).document();
    } catch (MarkedYAMLException malformed) {
      Mark mark = malformed.getProblemMark();
      throw ConfigDocument.error(
          name, mark == null ? 1 : mark.getLine() + 1, problem(malformed.getProblem()));
    } catch (ReaderException control) {
      long line = content.codePoints().limit(control.getPosition()).filter(c -> c == '\n').count();
      throw ConfigDocument.error(
          name,
          (int) line + 1,
          "holds the control character U+%04X; remove it".formatted(control.getCodePoint()));
    } catch (YAMLException malformed) {
      throw new InvalidInputException(
          name + " is no YAML: " + OneLine.of(String.valueOf(malformed.getMessage())), malformed);
    }
  }

  private static String problem(String problem) {
    return problem.startsWith("expected <block end>")
        ? "this is indented like no line before it; indent the keys of a block alike"
        : OneLine.of(problem);
  }

  private @Nullable ConfigValue document() {
    next(); // over the start of the stream
    if (!(current instanceof DocumentStartEvent)) {
      return null;
    }
    next();
    ConfigValue value = value(0);
    next(); // over the end of the document
    if (current instanceof DocumentStartEvent) {
      throw error("there is a second document; a configuration is a single one");
    }
    return value;
  }

  private ConfigValue value(int depth) {
    requireItself();
    int line = line();
    if (current instanceof ScalarEvent scalar) {
      next();
      return scalar.isPlain()
          ? PlainScalar.of(scalar.getValue(), line)
          : Scalar.text(scalar.getValue(), line);
    }
    if (depth == ConfigDocument.MAX_DEPTH) {
      throw error("is nested more than " + ConfigDocument.MAX_DEPTH + " levels deep");
    }
    return current instanceof MappingStartEvent
        ? new Block(entries(depth), line)
        : new Sequence(elements(depth), line);
  }

  private Map<String, ConfigValue> entries(int depth) {
    Map<String, ConfigValue> values = new LinkedHashMap<>();
    next();
    while (!(current instanceof MappingEndEvent)) {
      String key = key();
      if (values.containsKey(key)) {
        throw error("the key " + OneLine.quote(key) + " is given twice; give it once");
      }
      next();
      values.put(key, value(depth + 1));
    }
    next();
    return values;
  }

  private String key() {
    requireItself();
    if (!(current instanceof ScalarEvent key)) {
      throw error("a key is a list or a block of keys; it must be a word");
    }
    if (key.isPlain() && key.getValue().equals("<<")) {
      throw error("merge keys are not supported; write the settings out");
    }
    return key.getValue();
  }

  private List<ConfigValue> elements(int depth) {
    List<ConfigValue> values = new ArrayList<>();
    next();
    while (!(current instanceof SequenceEndEvent)) {
      values.add(value(depth + 1));
    }
    next();
    return values;
  }

  /** Checks that what stands here says everything about itself. */
  private void requireItself() {
    if (current instanceof AliasEvent) {
      throw error("aliases are not supported; write the value out");
    }
    if (current instanceof NodeEvent node && node.getAnchor() != null) {
      throw error("anchors are not supported; remove &" + OneLine.of(node.getAnchor()));
    }
    String tag =
        current instanceof ScalarEvent scalar
            ? scalar.getTag()
            : current instanceof CollectionStartEvent collection ? collection.getTag() : null;
    if (tag != null) {
      throw error(
          "tags are not supported; remove " + OneLine.of(tag.replace("tag:yaml.org,2002:", "!!")));
    }
  }

  private void next() {
    current = events.next();
  }

  private int line() {
    return current.getStartMark().getLine() + 1;
  }

  private InvalidInputException error(String what) {
    return ConfigDocument.error(name, line(), what);
  }
}
