package io.eplb.server.routes;

import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.OneLine;
import io.eplb.server.http.Call;
import java.util.List;

/** A parameter that is {@code true} or {@code false}. */
final class Flag {
  /** Asks for the load of every rank in every layer. */
  static final String HEAT = "heat";

  private Flag() {}

  /**
   * Returns the value; false if it is not given.
   *
   * @throws InvalidInputException if it is neither, or given twice
   */
  static boolean of(Call call, String name) {
    List<String> given = call.query().getOrDefault(name, List.of("false"));
    return switch (given.size() == 1 ? given.get(0) : String.join(",", given)) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new InvalidInputException(
              "%s is %s; expected true or false, once"
                  .formatted(name, OneLine.quote(String.join(",", given))));
    };
  }
}
