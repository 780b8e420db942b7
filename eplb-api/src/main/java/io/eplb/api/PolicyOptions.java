package io.eplb.api;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The validated values of a policy's options (rule I5): every key is declared, every value of its
 * type and in range, and what was not given has its default. Immutable.
 */
public final class PolicyOptions {
  private final Map<String, Object> values;

  private PolicyOptions(Map<String, Object> values) {
    this.values = values;
  }

  /**
   * Returns the defaults of the declared options.
   *
   * @throws InvalidInputException if two options have one name
   */
  public static PolicyOptions defaults(List<PolicyOption<?>> declared) {
    return of(declared, Map.of());
  }

  /**
   * Resolves given values against the declared options.
   *
   * @param given by option name: texts are {@linkplain PolicyOption#parse(String) parsed}
   * @throws InvalidInputException if a key is not declared (the known ones are listed and the
   *     closest suggested), a value is not of its type or out of range, or two declared options
   *     have one name
   */
  public static PolicyOptions parse(List<PolicyOption<?>> declared, Map<String, String> given) {
    Map<String, Object> typed = new LinkedHashMap<>();
    Map<String, PolicyOption<?>> byName = byName(declared);
    given.forEach((key, text) -> typed.put(key, known(byName, key).parse(text)));
    return of(declared, typed);
  }

  /**
   * As {@link #parse}, for typed values as a configuration file has them.
   *
   * @throws InvalidInputException as there
   */
  public static PolicyOptions of(List<PolicyOption<?>> declared, Map<String, ?> given) {
    Require.notNull("the declared options", declared);
    Require.notNull("the given options", given);
    Map<String, PolicyOption<?>> byName = byName(declared);
    Map<String, Object> values = new LinkedHashMap<>();
    for (PolicyOption<?> option : byName.values()) {
      values.put(option.name(), option.defaultValue());
    }
    given.forEach((key, value) -> values.put(key, known(byName, key).fromValue(value)));
    return new PolicyOptions(values);
  }

  private static Map<String, PolicyOption<?>> byName(List<PolicyOption<?>> declared) {
    Map<String, PolicyOption<?>> byName = new LinkedHashMap<>();
    for (PolicyOption<?> option : declared) {
      if (byName.put(option.name(), option) != null) {
        throw new InvalidInputException("option " + option.name() + " is declared twice");
      }
    }
    return byName;
  }

  private static PolicyOption<?> known(Map<String, PolicyOption<?>> byName, String key) {
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
   * @throws InvalidInputException if the policy did not declare it
   */
  public <T> T get(PolicyOption<T> option) {
    Object value = values.get(option.name());
    if (value == null) {
      throw new InvalidInputException(
          "option " + option.name() + " is not declared by the policy's options()");
    }
    return option.fromValue(value);
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
