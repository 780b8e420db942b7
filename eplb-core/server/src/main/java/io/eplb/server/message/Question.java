package io.eplb.server.message;

import io.eplb.api.EpTopology;
import io.eplb.api.InvalidInputException;
import io.eplb.core.format.ArrayForm;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.NumberArray;
import io.eplb.core.format.document.NumberRule;
import io.eplb.core.format.numpy.NumpyArrays;
import io.eplb.core.format.numpy.NumpyKinds;
import io.eplb.server.planning.PlanAsk;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The arrays of a question.
 *
 * @param load tokens per expert, or null
 * @param workload tokens per slot, or null
 * @param current the experts of the table in force, or null
 */
record Question(
    @Nullable NumberArray load, @Nullable NumberArray workload, @Nullable NumberArray current) {
  static final String LOAD = "load";
  static final String WORKLOAD = "workload";
  static final String CURRENT = "current";

  /** The experts of a table; −1 stands for an empty slot. */
  static final NumberRule EXPERTS =
      NumberRule.integer("an expert, or −1 for an empty slot", -1, EpTopology.MAX_EXPERTS - 1);

  private static final int MOST_ELEMENTS = 1 << 24;
  private static final int ALWAYS_SUPPORTED = 1 << 18;
  private static final int ELEMENTS_PER_BYTE = 8;

  /** Returns the form of an array, with as many elements as a body of this size may hold. */
  static ArrayForm form(String name, InputSource body) {
    int most =
        (int) Math.min(MOST_ELEMENTS, Math.max(ALWAYS_SUPPORTED, ELEMENTS_PER_BYTE * body.size()));
    return switch (name) {
      case LOAD -> new ArrayForm(2, 3, most, "layers × experts, or windows × layers × experts");
      case WORKLOAD ->
          new ArrayForm(3, 4, most, "layers × ranks × slots, or windows × layers × ranks × slots");
      default -> new ArrayForm(2, 3, most, "layers × slots, or layers × ranks × slots");
    };
  }

  /** Returns the rule for the elements of an array. */
  static NumberRule rule(String name) {
    return name.equals(CURRENT) ? EXPERTS : NumberRule.LOAD;
  }

  /** Reads an NPZ archive. */
  static Question ofArchive(InputSource body) {
    Map<String, NumpyArrays.Expected> expected = new LinkedHashMap<>();
    for (String name : new String[] {LOAD, WORKLOAD, CURRENT}) {
      NumpyKinds kinds = name.equals(CURRENT) ? NumpyKinds.INTEGERS : NumpyKinds.NUMBERS;
      expected.put(name, new NumpyArrays.Expected(form(name, body), kinds));
    }
    Map<String, NumberArray> arrays = NumpyArrays.read(body, expected);
    arrays.forEach((name, array) -> requireRule(body, name, array));
    return new Question(arrays.get(LOAD), arrays.get(WORKLOAD), arrays.get(CURRENT));
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

  /**
   * Starts the question for a group.
   *
   * @throws InvalidInputException if there is neither a load nor a workload, or both
   */
  PlanAsk.Builder ask(String group) {
    if (load != null && workload != null) {
      throw new InvalidInputException("the body has both load and workload; give one of them");
    }
    PlanAsk.Builder ask;
    if (load != null) {
      ask = PlanAsk.ofLoad(group, load);
    } else if (workload != null) {
      ask = PlanAsk.ofWorkload(group, workload);
    } else {
      throw new InvalidInputException(
          "the body has neither load nor workload; give load [layers, experts] or workload [layers, ranks, slots]");
    }
    return current == null ? ask : ask.current(current);
  }
}
