package io.eplb.server.message;

import io.eplb.api.InvalidInputException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The whole numbers of a request, collected from the query and then from a JSON body. Used by one
 * thread.
 */
final class WholeNumbers {
  private static final long DEFAULT_DEADLINE_MS = 30_000;

  private final Map<WholeParameter, Long> numbers = new EnumMap<>(WholeParameter.class);

  /**
   * Adds a number.
   *
   * @throws InvalidInputException if it is none in its range, or another one was given before
   */
  void add(WholeParameter parameter, String text) {
    numbers.put(
        parameter, GivenTwice.same(parameter.key(), numbers.get(parameter), parameter.parse(text)));
  }

  /** Returns whether a number was given. */
  boolean has(WholeParameter parameter) {
    return numbers.containsKey(parameter);
  }

  /** Returns a number that an int holds, if it was given. */
  OptionalInt get(WholeParameter parameter) {
    return has(parameter) ? OptionalInt.of((int) require(parameter)) : OptionalInt.empty();
  }

  /**
   * Returns a number.
   *
   * @throws InvalidInputException if it was not given
   */
  long require(WholeParameter parameter) {
    Long number = numbers.get(parameter);
    if (number == null) {
      throw new InvalidInputException(parameter.key() + " is missing; give it");
    }
    return number;
  }

  /** Returns the time within which the answer is wanted. */
  Duration deadline() {
    return Duration.ofMillis(numbers.getOrDefault(WholeParameter.DEADLINE_MS, DEFAULT_DEADLINE_MS));
  }
}
