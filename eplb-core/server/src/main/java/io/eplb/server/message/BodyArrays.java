package io.eplb.server.message;

import io.eplb.api.EpTopology;
import io.eplb.core.format.ArrayForm;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.NumberArray;
import io.eplb.core.format.document.NestedNumbers;
import io.eplb.core.format.document.NumberRule;
import io.eplb.core.format.document.TokenInput;
import io.eplb.core.format.numpy.NumpyArrays;
import io.eplb.core.format.numpy.NumpyKinds;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The arrays that a body may have: their forms, and the numbers that they may hold. */
final class BodyArrays {
  /** The tokens of each expert. */
  static final String LOAD = "load";

  /** The tokens of each slot. */
  static final String WORKLOAD = "workload";

  /** The experts of a table. */
  static final String CURRENT = "current";

  private static final NumberRule EXPERTS =
      NumberRule.integer("an expert, or −1 for an empty slot", -1, EpTopology.MAX_EXPERTS - 1);

  private static final int MOST_ELEMENTS = 1 << 24;
  private static final int ALWAYS_SUPPORTED = 1 << 18;
  private static final int ELEMENTS_PER_BYTE = 8;

  private BodyArrays() {}

  /**
   * Reads the arrays of an NPZ archive.
   *
   * @param names the arrays that may be there
   * @throws io.eplb.api.InvalidInputException if an array is unknown or wrong
   */
  static Map<String, NumberArray> ofArchive(InputSource body, String... names) {
    Map<String, NumpyArrays.Expected> expected = new LinkedHashMap<>();
    for (String name : names) {
      NumpyKinds kinds = name.equals(CURRENT) ? NumpyKinds.INTEGERS : NumpyKinds.NUMBERS;
      expected.put(name, new NumpyArrays.Expected(form(name, body), kinds));
    }
    Map<String, NumberArray> arrays = NumpyArrays.read(body, expected);
    arrays.forEach((name, array) -> requireRule(body, name, array));
    return arrays;
  }

  /** Reads an array of a JSON object, which the current token opens. */
  static NumberArray ofJson(TokenInput input, String name, InputSource body) throws IOException {
    return NestedNumbers.read(input, "/" + name, form(name, body), rule(name));
  }

  /** Returns the form of an array, with as many elements as a body of this size may hold. */
  private static ArrayForm form(String name, InputSource body) {
    int most =
        (int) Math.min(MOST_ELEMENTS, Math.max(ALWAYS_SUPPORTED, ELEMENTS_PER_BYTE * body.size()));
    return switch (name) {
      case LOAD -> new ArrayForm(2, 3, most, "layers × experts, or windows × layers × experts");
      case WORKLOAD ->
          new ArrayForm(3, 4, most, "layers × ranks × slots, or windows × layers × ranks × slots");
      default -> new ArrayForm(2, 3, most, "layers × slots, or layers × ranks × slots");
    };
  }

  private static NumberRule rule(String name) {
    return name.equals(CURRENT) ? EXPERTS : NumberRule.LOAD;
  }

  private static void requireRule(InputSource body, String name, NumberArray array) {
    NumberRule rule = rule(name);
    double[] values = array.values();
    for (int i = 0; i < values.length; i++) {
      if (!(values[i] >= rule.minimum() && values[i] <= rule.maximum())) {
        throw body.fault(
            "array \"%s\", element %s is %s; expected %s"
                .formatted(name, place(array, i), shown(values[i], rule), rule.description()));
      }
    }
  }

  private static String shown(double value, NumberRule rule) {
    return rule.whole() ? String.valueOf((long) value) : String.valueOf(value);
  }

  /** Returns the indexes of an element: {@code [3, 17]}. */
  private static String place(NumberArray array, int element) {
    StringBuilder place = new StringBuilder("]");
    int rest = element;
    for (int dimension = array.dimensions() - 1; dimension >= 0; dimension--) {
      place.insert(0, rest % array.length(dimension));
      place.insert(0, dimension == 0 ? "[" : ", ");
      rest /= array.length(dimension);
    }
    return place.toString();
  }
}
