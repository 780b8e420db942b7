package io.eplb.api;

import io.eplb.api.wording.TypedNumber;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A setting that a policy declares: name, type, default and description, and for numbers the least
 * and the greatest value allowed. Immutable. Both texts (from a command line) and typed values
 * (from a configuration file) are checked by the same declaration. A malformed declaration is the
 * fault of the policy's author ({@link PolicyException}); an unusable value is the user's ({@link
 * InvalidInputException}).
 *
 * @param <T> {@link Long}, {@link Double}, {@link Boolean} or {@link String}
 */
public final class PolicyOption<T> {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]*");
  private static final Pattern CHOICE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

  /** The greatest length of a text. */
  public static final int MAX_TEXT_LENGTH = 4096;

  /** The kind of value that an option takes. */
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
  private final Optional<T> unrestricted;

  private PolicyOption(
      String name,
      Type type,
      T defaultValue,
      String description,
      List<T> bounds,
      List<String> choices,
      Function<Object, Optional<T>> convert) {
    this.name = name;
    this.type = type;
    this.description = description;
    this.bounds = bounds;
    this.choices = choices;
    this.convert = convert;
    this.unrestricted = Optional.empty();
    this.defaultValue =
        convert
            .apply(defaultValue)
            .orElseThrow(
                () -> malformed(name, "the default is " + defaultValue + ", not " + allowed()));
  }

  private PolicyOption(PolicyOption<T> original, T unrestricted) {
    this.name = original.name;
    this.type = original.type;
    this.defaultValue = original.defaultValue;
    this.description = original.description;
    this.bounds = original.bounds;
    this.choices = original.choices;
    this.convert = original.convert;
    this.unrestricted = convert.apply(unrestricted);
    if (this.unrestricted.isEmpty()) {
      throw malformed(name, "the unrestricted value is " + unrestricted + ", not " + allowed());
    }
  }

  @SuppressWarnings("ConstantValue") // A policy's jar may come from a compiler without null checks.
  private static void requireWords(@Nullable String name, @Nullable String description) {
    if (name == null || !NAME.matcher(name).matches()) {
      throw new PolicyException(
          "option name '" + name + "' must match " + NAME + ", such as max-moves");
    }
    if (description == null || description.isBlank()) {
      throw malformed(name, "it needs a description");
    }
  }

  private static PolicyException malformed(String name, String what) {
    return new PolicyException("the declaration of option " + name + " is wrong: " + what);
  }

  /**
   * Declares a whole number.
   *
   * @throws PolicyException if the name is malformed, the description blank, or not minimum ≤
   *     default ≤ maximum
   */
  public static PolicyOption<Long> integer(
      String name, long defaultValue, long minimum, long maximum, String description) {
    requireWords(name, description);
    if (minimum > maximum) {
      throw malformed(name, "the minimum " + minimum + " is above the maximum " + maximum);
    }
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
   * Declares a finite number. −0.0 is taken as 0.0.
   *
   * @throws PolicyException if the name is malformed, the description blank, a bound NaN or
   *     infinite, or not minimum ≤ default ≤ maximum
   */
  public static PolicyOption<Double> decimal(
      String name, double defaultValue, double minimum, double maximum, String description) {
    requireWords(name, description);
    if (!Double.isFinite(minimum) || !Double.isFinite(maximum)) {
      throw malformed(
          name, "the bounds are " + minimum + " and " + maximum + "; both must be finite");
    }
    if (minimum > maximum) {
      throw malformed(name, "the minimum " + minimum + " is above the maximum " + maximum);
    }
    return new PolicyOption<>(
        name,
        Type.DECIMAL,
        defaultValue,
        description,
        List.of(minimum, maximum),
        List.of(),
        value ->
            value instanceof Number number
                ? Optional.of(number.doubleValue() + 0.0)
                    .filter(x -> Double.isFinite(x) && x >= minimum && x <= maximum)
                : Optional.empty());
  }

  /**
   * Declares a switch.
   *
   * @throws PolicyException if the name is malformed or the description blank
   */
  public static PolicyOption<Boolean> flag(String name, boolean defaultValue, String description) {
    requireWords(name, description);
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
   * @param choices at least one, none twice, each {@code [A-Za-z0-9][A-Za-z0-9._-]*}, so that it
   *     can be given on a command line
   * @throws PolicyException if the name is malformed, the description blank, the choices are not as
   *     said, or the default is none of them
   */
  public static PolicyOption<String> choice(
      String name, String defaultValue, List<String> choices, String description) {
    requireWords(name, description);
    requireChoices(name, choices);
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
   * @throws PolicyException if the name is malformed, the description blank, or the default too
   *     long
   */
  @SuppressWarnings("ConstantValue") // A policy's jar may come from a compiler without null checks.
  public static PolicyOption<String> text(String name, String defaultValue, String description) {
    requireWords(name, description);
    if (defaultValue != null && defaultValue.length() > MAX_TEXT_LENGTH) {
      throw malformed(
          name,
          "the default has %s characters; at most %s are allowed"
              .formatted(defaultValue.length(), MAX_TEXT_LENGTH));
    }
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

  private static void requireChoices(String name, @Nullable List<@Nullable String> choices) {
    if (choices == null || choices.isEmpty()) {
      throw malformed(name, "it needs at least one choice");
    }
    Set<String> seen = new HashSet<>();
    for (String choice : choices) {
      if (choice == null || !CHOICE_NAME.matcher(choice).matches()) {
        throw malformed(name, "choice '" + choice + "' must match " + CHOICE_NAME);
      }
      if (!seen.add(choice)) {
        throw malformed(name, "choice " + choice + " is listed twice");
      }
    }
  }

  /**
   * Returns this option with the value at which it no longer restricts a plan: 0 for a limit on
   * transfers that 0 lifts, or for the weight of a caution about loads that are not known for
   * certain. A policy is given this value where moving is free and the load is known, as the
   * reference {@code clairvoyant} of a simulation is.
   *
   * @throws PolicyException if the option does not take this value
   */
  public PolicyOption<T> unrestrictedAt(T value) {
    return new PolicyOption<>(this, value);
  }

  /** Returns the value at which the option no longer restricts a plan; empty if it never does. */
  public Optional<T> unrestricted() {
    return unrestricted;
  }

  /** Returns the option's name: {@code [a-z][a-z0-9_-]*}. */
  public String name() {
    return name;
  }

  /** Returns the kind of value that the option takes. */
  public Type type() {
    return type;
  }

  /** Returns the value that holds where none is given. */
  public T defaultValue() {
    return defaultValue;
  }

  /** Returns a sentence that says what the option does. */
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
   * Reads a value from a text, as given on a command line. A whole number is written without a
   * fraction or an exponent.
   *
   * @throws InvalidInputException if it is not of the type or out of range, naming option, text and
   *     what is allowed
   */
  public T parse(String text) {
    Require.notNull("the value of option " + name, text);
    Object value =
        switch (type) {
          case INTEGER -> TypedNumber.isWhole(text) ? new BigInteger(text) : text;
          case DECIMAL -> TypedNumber.isDecimal(text) ? new BigDecimal(text) : text;
          case FLAG -> text.equals("true") || text.equals("false") ? Boolean.valueOf(text) : text;
          case CHOICE, TEXT -> text;
        };
    return converted(value, text.isBlank() ? "'" + text + "'" : text);
  }

  /**
   * Takes a typed value, as read from a configuration file; a text for a number is refused, and so
   * is a number written with a fraction or an exponent for a whole number.
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

  private static Optional<Long> whole(Object value) {
    if (value instanceof Long || value instanceof Integer) {
      return Optional.of(((Number) value).longValue());
    }
    if (value instanceof BigInteger big) {
      return big.bitLength() < Long.SIZE ? Optional.of(big.longValue()) : Optional.empty();
    }
    if (value instanceof BigDecimal decimal && decimal.scale() == 0) {
      return whole(decimal.unscaledValue());
    }
    return Optional.empty();
  }

  @Override
  public String toString() {
    return name + " (" + allowed() + ", default " + defaultValue + ")";
  }
}
