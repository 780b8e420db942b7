package io.eplb.api;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A setting that a policy declares: name, type, default and description, and for numbers the least
 * and the greatest value allowed. Immutable. Both texts (from a command line) and typed values
 * (from a configuration file) are checked by the same declaration.
 *
 * @param <T> {@link Long}, {@link Double}, {@link Boolean} or {@link String}
 */
public final class PolicyOption<T> {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]*");

  /** The greatest length of a text. */
  public static final int MAX_TEXT_LENGTH = 4096;

  /** What kind of value an option takes. */
  public enum Type {
    /** A whole number. */
    INTEGER,
    /** A finite number. */
    DECIMAL,
    /** {@code true} or {@code false}. */
    FLAG,
    /** One of some names. */
    CHOICE,
    /** A text of at most {@value #MAX_TEXT_LENGTH} characters. */
    TEXT
  }

  private final String name;
  private final Type type;
  private final T defaultValue;
  private final String description;
  private final List<T> bounds;
  private final List<String> choices;
  private final Function<Object, Optional<T>> convert;

  private PolicyOption(
      String name,
      Type type,
      T defaultValue,
      String description,
      List<T> bounds,
      List<String> choices,
      Function<Object, Optional<T>> convert) {
    this.name = Require.notNull("the option's name", name);
    if (!NAME.matcher(name).matches()) {
      throw new InvalidInputException(
          "option name '" + name + "' must match " + NAME + ", such as max-moves");
    }
    this.type = type;
    this.description = Require.notNull("the description of option " + name, description);
    if (description.isBlank()) {
      throw new InvalidInputException("option " + name + " needs a description");
    }
    this.bounds = bounds;
    this.choices = choices;
    this.convert = convert;
    this.defaultValue = fromValue(Require.notNull("the default of option " + name, defaultValue));
  }

  /**
   * Declares a whole number.
   *
   * @throws InvalidInputException if the name is malformed, the description blank, or not minimum ≤
   *     default ≤ maximum
   */
  public static PolicyOption<Long> integer(
      String name, long defaultValue, long minimum, long maximum, String description) {
    return new PolicyOption<>(
        name,
        Type.INTEGER,
        defaultValue,
        description,
        List.of(minimum, maximum),
        List.of(),
        value -> whole(value).filter(number -> number >= minimum && number <= maximum));
  }

  /**
   * Declares a finite number.
   *
   * @throws InvalidInputException if the name is malformed, the description blank, or not minimum ≤
   *     default ≤ maximum
   */
  public static PolicyOption<Double> decimal(
      String name, double defaultValue, double minimum, double maximum, String description) {
    return new PolicyOption<>(
        name,
        Type.DECIMAL,
        defaultValue,
        description,
        List.of(minimum, maximum),
        List.of(),
        value ->
            value instanceof Number number
                ? Optional.of(number.doubleValue())
                    .filter(x -> Double.isFinite(x) && x >= minimum && x <= maximum)
                : Optional.empty());
  }

  /**
   * Declares a switch.
   *
   * @throws InvalidInputException if the name is malformed or the description blank
   */
  public static PolicyOption<Boolean> flag(String name, boolean defaultValue, String description) {
    return new PolicyOption<>(
        name,
        Type.FLAG,
        defaultValue,
        description,
        List.of(),
        List.of(),
        value -> value instanceof Boolean flag ? Optional.of(flag) : Optional.empty());
  }

  /**
   * Declares a choice among names.
   *
   * @throws InvalidInputException if the name is malformed, the description blank, or the default
   *     is none of the choices
   */
  public static PolicyOption<String> choice(
      String name, String defaultValue, List<String> choices, String description) {
    List<String> allowed = List.copyOf(choices);
    return new PolicyOption<>(
        name,
        Type.CHOICE,
        defaultValue,
        description,
        List.of(),
        allowed,
        value ->
            value instanceof String text && allowed.contains(text)
                ? Optional.of(text)
                : Optional.empty());
  }

  /**
   * Declares a text.
   *
   * @throws InvalidInputException if the name is malformed, the description blank, or the default
   *     too long
   */
  public static PolicyOption<String> text(String name, String defaultValue, String description) {
    return new PolicyOption<>(
        name,
        Type.TEXT,
        defaultValue,
        description,
        List.of(),
        List.of(),
        value ->
            value instanceof String text && text.length() <= MAX_TEXT_LENGTH
                ? Optional.of(text)
                : Optional.empty());
  }

  /** Returns the option's name: {@code [a-z][a-z0-9_-]*}. */
  public String name() {
    return name;
  }

  /** Returns what kind of value it takes. */
  public Type type() {
    return type;
  }

  /** Returns the value that holds where none is given. */
  public T defaultValue() {
    return defaultValue;
  }

  /** Returns what the option does, in a sentence. */
  public String description() {
    return description;
  }

  /** Returns the least value allowed; empty unless it is a number. */
  public Optional<T> minimum() {
    return bounds.isEmpty() ? Optional.empty() : Optional.of(bounds.get(0));
  }

  /** Returns the greatest value allowed; empty unless it is a number. */
  public Optional<T> maximum() {
    return bounds.isEmpty() ? Optional.empty() : Optional.of(bounds.get(1));
  }

  /** Returns the names to choose from; empty unless it is a choice. */
  public List<String> choices() {
    return choices;
  }

  /** Returns what is allowed, for people: {@code a whole number from 0 to 64}. */
  public String allowed() {
    return switch (type) {
      case INTEGER -> "a whole number from " + bounds.get(0) + " to " + bounds.get(1);
      case DECIMAL -> "a number from " + bounds.get(0) + " to " + bounds.get(1);
      case FLAG -> "true or false";
      case CHOICE -> choices.stream().collect(Collectors.joining(", ", "one of ", ""));
      case TEXT -> "a text of at most " + MAX_TEXT_LENGTH + " characters";
    };
  }

  /**
   * Reads a value from a text, as given on a command line.
   *
   * @throws InvalidInputException if it is not of the type or out of range, naming option, text and
   *     what is allowed
   */
  public T parse(String text) {
    Require.notNull("the value of option " + name, text);
    Object value =
        switch (type) {
          case INTEGER, DECIMAL -> number(text);
          case FLAG ->
              Stream.of(true, false)
                  .filter(flag -> flag.toString().equals(text))
                  .map(flag -> (Object) flag)
                  .findFirst()
                  .orElse(text);
          case CHOICE, TEXT -> text;
        };
    return converted(value, text);
  }

  /**
   * Takes a typed value, as read from a configuration file; a text for a number is refused, and so
   * is a fraction for a whole number.
   *
   * @throws InvalidInputException if it is not of the type or out of range, naming option, value
   *     and what is allowed
   */
  public T fromValue(Object value) {
    Require.notNull("the value of option " + name, value);
    return converted(value, value instanceof String ? "\"" + value + "\"" : value.toString());
  }

  private T converted(Object value, String shown) {
    return convert
        .apply(value)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "option " + name + " is " + shown + "; it must be " + allowed()));
  }

  private static Object number(String text) {
    // BigDecimal refuses NaN and Infinity by itself; a long exponent is refused before it costs
    // memory.
    if (text.length() > 64) {
      return text;
    }
    try {
      BigDecimal number = new BigDecimal(text);
      return Math.abs((long) number.scale()) > 400 ? text : number;
    } catch (NumberFormatException notANumber) {
      return text;
    }
  }

  private static Optional<Long> whole(Object value) {
    if (value instanceof Long || value instanceof Integer) {
      return Optional.of(((Number) value).longValue());
    }
    if (value instanceof BigInteger big) {
      return big.bitLength() < Long.SIZE ? Optional.of(big.longValue()) : Optional.empty();
    }
    if (value instanceof BigDecimal decimal && decimal.stripTrailingZeros().scale() <= 0) {
      return whole(decimal.toBigInteger());
    }
    return Optional.empty();
  }

  @Override
  public String toString() {
    return name + " (" + allowed() + ", default " + defaultValue + ")";
  }
}
