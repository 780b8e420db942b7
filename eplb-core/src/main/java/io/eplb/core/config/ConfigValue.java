package io.eplb.core.config;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A value of a configuration document with the line it stands on, from 1. */
sealed interface ConfigValue {
  /** Returns the line on which the value starts. */
  int line();

  /** Returns the value as words for a message. */
  String kind();

  /**
   * A number, a text, a truth value or null.
   *
   * @param value a whole number, a decimal, a text, a truth value or null
   * @param kind how it stands in the document, for people
   */
  record Scalar(@Nullable Object value, String kind, int line) implements ConfigValue {}

  /**
   * A number that readers of YAML take differently, such as 010, which is 8 to some.
   *
   * @param kind how it stands in the document, for people
   * @param why the reason: "which …"
   */
  record DoubtfulNumber(String kind, String why, int line) implements ConfigValue {}

  /** A list of values. */
  record Sequence(List<ConfigValue> values, int line) implements ConfigValue {
    @Override
    public String kind() {
      return "a list";
    }
  }

  /** Values by key, in the order of the document. */
  record Block(Map<String, ConfigValue> values, int line) implements ConfigValue {
    @Override
    public String kind() {
      return "a block of keys";
    }
  }
}
