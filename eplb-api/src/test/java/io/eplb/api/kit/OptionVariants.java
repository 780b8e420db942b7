package io.eplb.api.kit;

import io.eplb.api.PolicyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The values at the edges of what options allow. */
final class OptionVariants {
  private OptionVariants() {}

  /** Lists settings that differ from the defaults in one option: ends, choices, flags. */
  static List<Map<String, Object>> oneAtATime(List<PolicyOption<?>> declared) {
    List<Map<String, Object>> variants = new ArrayList<>();
    for (PolicyOption<?> option : declared) {
      List<Object> values = new ArrayList<>(option.choices());
      option.minimum().ifPresent(values::add);
      option.maximum().ifPresent(values::add);
      if (option.type() == PolicyOption.Type.FLAG) {
        values.addAll(List.of(true, false));
      }
      values.removeIf(value -> value.equals(option.defaultValue()));
      for (Object value : values) {
        variants.add(Map.of(option.name(), value));
      }
    }
    return variants;
  }
}
