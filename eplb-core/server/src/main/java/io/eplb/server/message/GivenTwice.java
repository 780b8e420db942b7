package io.eplb.server.message;

import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.OneLine;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rule for parameters that are given twice: never in one place, and only the same in both. */
final class GivenTwice {
  private GivenTwice() {}

  /**
   * Returns the value of the body, if the query has the same or none.
   *
   * @throws InvalidInputException if the query has another
   */
  static <T> T same(String name, @Nullable T inQuery, T value) {
    if (inQuery != null && !inQuery.equals(value)) {
      throw new InvalidInputException(
          "%s is %s in the query and %s in the body; give it once"
              .formatted(
                  OneLine.of(name),
                  OneLine.quote(inQuery.toString()),
                  OneLine.quote(value.toString())));
    }
    return value;
  }

  /**
   * Returns the one value of a parameter of the query.
   *
   * @throws InvalidInputException if it has several
   */
  static String single(String name, List<String> values) {
    if (values.size() != 1) {
      throw new InvalidInputException(
          "the parameter %s has %s values; give it once"
              .formatted(OneLine.quote(name), values.size()));
    }
    return values.get(0);
  }
}
