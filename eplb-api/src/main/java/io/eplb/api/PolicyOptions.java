package io.eplb.api;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The validated values of a policy's options (rule I5): every key is declared, every value of its
 * type and in range, and what was not given has its default. Immutable.
 *
 * <p>A wrong value is the user's fault ({@link InvalidInputException}). A wrong declaration, or a
 * question for an option that was not declared, is the policy's ({@link PolicyException}).
 */
public final class PolicyOptions {
  private final Map<String, Object> values;

  private PolicyOptions(Map<String, Object> values) {
    this.values = values;
  }

  /**
   * Returns the defaults of the declared options.
   *
   * @throws PolicyException if two options have one name or one is null
   */
  public static PolicyOptions defaults(List<PolicyOption<?>> declared) {
    return of(declared, Map.of());
  }

  /**
   * Resolves given values against the declared options.
   *
   * @param given by option name: texts are {@linkplain PolicyOption#parse(String) parsed}
   * @throws InvalidInputException if a key is not declared (the known ones are listed and the
   *     closest suggested), or a value is null, not of its type or out of range
   * @throws PolicyException if two declared options have one name or one is null
   */
  public static PolicyOptions parse(List<PolicyOption<?>> declared, Map<String, String> given) {
    Require.notNull("the given options", given);
    Map<String, Object> typed = new LinkedHashMap<>();
    Map<String, PolicyOption<?>> byName = byName(declared);
    given.forEach((key, text) -> typed.put(key, known(byName, key).parse(text)));
    return of(declared, typed);
  }

  /**
   * As {@link #parse}, for typed values as a configuration file has them.
   *
   * @throws InvalidInputException as there
   * @throws PolicyException as there
   */
  public static PolicyOptions of(List<PolicyOption<?>> declared, Map<String, ?> given) {
    Require.notNull("the given options", given);
    Map<String, PolicyOption<?>> byName = byName(declared);
    Map<String, Object> values = new LinkedHashMap<>();
    for (PolicyOption<?> option : byName.values()) {
      values.put(option.name(), option.defaultValue());
    }
    given.forEach((key, value) -> values.put(key, known(byName, key).fromValue(value)));
    return new PolicyOptions(values);
  }

  private static Map<String, PolicyOption<?>> byName(
      @Nullable List<? extends @Nullable PolicyOption<?>> declared) {
    if (declared == null) {
      throw new PolicyException(
          "the declared options are null; without any, declare an empty list");
    }
    Map<String, PolicyOption<?>> byName = new LinkedHashMap<>();
    for (PolicyOption<?> option : declared) {
      if (option == null) {
        throw new PolicyException(
            "declared option " + byName.size() + " is null; leave it out instead");
      }
      if (byName.put(option.name(), option) != null) {
        throw new PolicyException(
            "option " + option.name() + " is declared twice; every option needs a name of its own");
      }
    }
    return byName;
  }

  private static PolicyOption<?> known(Map<String, PolicyOption<?>> byName, String key) {
    Require.notNull("the name of a given option", key);
    PolicyOption<?> option = byName.get(key);
    if (option == null) {
      Optional<String> nearest = NearestName.of(key, byName.keySet());
      throw new InvalidInputException(
          "I5: there is no option '"
              + key
              + "'"
              + nearest.map(name -> "; did you mean " + name + "?").orElse("")
              + (byName.isEmpty()
                  ? "; this policy has none"
                  : "; known options: " + String.join(", ", byName.keySet())));
    }
    return option;
  }

  /**
   * Returns the value of an option.
   *
   * @throws PolicyException if the policy did not declare it, or declared it with another type or
   *     range
   */
  public <T> T get(PolicyOption<T> option) {
    Require.notNull("the option", option);
    Object value = values.get(option.name());
    if (value == null) {
      throw new PolicyException(
          "option " + option.name() + " is not among the options that the policy declares");
    }
    try {
      return option.fromValue(value);
    } catch (InvalidInputException e) {
      throw new PolicyException(
          "option " + option.name() + " is not the one that the policy declares: " + e.getMessage(),
          e);
    }
  }

  /** Returns all values by name, in the order of declaration. */
  public Map<String, Object> asMap() {
    return Collections.unmodifiableMap(values);
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
