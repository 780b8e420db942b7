package io.eplb.core.format.load;

import io.eplb.api.wording.OneLine;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.NumberArray;
import io.eplb.core.format.document.NestedNumbers;
import io.eplb.core.format.document.NumberRule;
import io.eplb.core.format.document.TokenInput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Reads loads from JSON: nested arrays, at the top or under one of some keys of an object whose
 * other keys are skipped; or the snapshots of a vLLM dump.
 */
final class JsonLoads {
  /** Keys of maps, which are easily given where loads are expected. */
  private static final Set<String> MAP_KEYS =
      Set.of(
          "layer_list",
          "physical_to_logical_map",
          "initial_global_assignments",
          "physicalToLogical",
          "phy2log");

  private static final int MOST_KEYS_SHOWN = 8;

  private JsonLoads() {}

  static NumberArray read(InputSource source, LoadShape shape) {
    return TokenInput.json(source, input -> document(source, input, shape));
  }

  private static NumberArray document(InputSource source, TokenInput input, LoadShape shape)
      throws IOException {
    return switch (input.token()) {
      case START_ARRAY -> NestedNumbers.read(input, "", shape.form(), NumberRule.LOAD);
      case START_OBJECT -> object(source, input, shape);
      default ->
          throw input.unexpected(
              "",
              "%s, or an object with %s"
                  .formatted(shape.form().description(), String.join(" or ", shape.keys())));
    };
  }

  private static NumberArray object(InputSource source, TokenInput input, LoadShape shape)
      throws IOException {
    List<String> keys = shape.keys();
    NumberArray loads = null;
    String found = "";
    List<String> others = new ArrayList<>();
    boolean more = false;
    boolean map = false;
    for (String key = input.nextKey(); key != null; key = input.nextKey()) {
      boolean snapshots = key.equals(VllmSnapshots.KEY) && shape.equals(LoadShape.PER_EXPERT);
      if (!keys.contains(key) && !snapshots) {
        map |= MAP_KEYS.contains(key);
        if (others.size() < MOST_KEYS_SHOWN) {
          others.add(OneLine.quote(key));
        } else {
          more = true;
        }
        input.skip();
        continue;
      }
      if (loads != null) {
        throw input.fault(
            "",
            key.equals(found)
                ? "has the key " + key + " twice; expected it once"
                : "has both " + found + " and " + key + "; expected one of them");
      }
      found = key;
      loads =
          snapshots
              ? VllmSnapshots.read(source, input, "/" + key)
              : NestedNumbers.read(input, "/" + key, shape.form(), NumberRule.LOAD);
    }
    if (loads == null) {
      throw input.fault(
          "",
          "has no key %s%s%s%s"
              .formatted(
                  String.join(" or ", keys),
                  others.isEmpty() ? "" : "; it has " + String.join(", ", others),
                  more ? " and more" : "",
                  map ? ", as a map has" : ""));
    }
    return loads;
  }
}
