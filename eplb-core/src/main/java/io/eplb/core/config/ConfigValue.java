package io.eplb.core.config;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A value of a configuration document with the line it stands on, from 1. */
sealed interface ConfigValue {
  /** Returns the line on which the value starts. */
  int line();

  /** Returns what kind of value this is, for people. */
  String kind();

  /**
   * A number, a text, a truth value or null.
   *
   * @param value a whole number, a decimal, a text, a truth value or null
   */
  record Scalar(@Nullable Object value, int line) implements ConfigValue {
    @Override
    public String kind() {
      return value == null
          ? "null"
          : value instanceof String ? "\"" + value + "\"" : value.toString();
    }
  }

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
