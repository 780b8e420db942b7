package io.eplb.core.format.load;

import io.eplb.api.EpTopology;
import io.eplb.api.wording.Counted;
import io.eplb.core.format.ArrayForm;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.NumberArray;
import io.eplb.core.format.document.NestedNumbers;
import io.eplb.core.format.document.NumberRule;
import io.eplb.core.format.document.TokenInput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Windows of load per slot, each with the map that it was measured under. Slots are mapped to
 * experts, so that the windows can be compared although the maps differ.
 */
final class SlotWindows {
  private static final ArrayForm FORM = new ArrayForm(2, 2, "layers × slots");
  private static final NumberRule EXPERT =
      NumberRule.integer("the id of an expert", 0, EpTopology.MAX_EXPERTS - 1);

  private final List<NumberArray> loads = new ArrayList<>();
  private final List<NumberArray> maps = new ArrayList<>();
  private int experts;

  /** Returns the number of windows. */
  int size() {
    return loads.size();
  }

  /**
   * Reads the object that the current token opens as a window, its end included.
   *
   * @param pointer its place
   * @param what the object, for messages
   * @param loadKey the key of the load, layers × slots
   * @param mapKey the key of the expert of every slot
   */
  void read(TokenInput input, String pointer, String what, String loadKey, String mapKey)
      throws IOException {
    List<NumberArray> load = new ArrayList<>();
    List<NumberArray> map = new ArrayList<>();
    input.object(
        pointer,
        what,
        List.of(loadKey, mapKey),
        List.of(),
        key -> {
          if (key.equals(loadKey)) {
            load.add(NestedNumbers.read(input, pointer + "/" + key, FORM, NumberRule.LOAD));
          } else if (key.equals(mapKey)) {
            map.add(NestedNumbers.read(input, pointer + "/" + key, FORM, EXPERT));
          } else {
            input.skip();
          }
        });
    add(input, pointer, load.get(0), map.get(0));
  }

  private void add(TokenInput input, String pointer, NumberArray load, NumberArray map) {
    NumberArray first = loads.isEmpty() ? load : loads.get(0);
    if (!load.shape().equals(map.shape()) || load.length(0) != first.length(0)) {
      throw input.fault(
          pointer,
          "has a load of %s and a map of %s, the first window %s; the shapes of load and map must agree, and all windows must have the same layers"
              .formatted(load.shape(), map.shape(), Counted.of(first.length(0), "layer")));
    }
    for (double expert : map.values()) {
      experts = Math.max(experts, (int) expert + 1);
    }
    loads.add(load);
    maps.add(map);
  }

  /**
   * Returns windows × layers × experts loads.
   *
   * @throws io.eplb.api.InvalidInputException if a window has fewer slots than experts, or all
   *     together do not fit into an array
   */
  NumberArray byExpert(InputSource source) {
    requireSlotsForAll(source);
    int layers = loads.get(0).length(0);
    long length = (long) loads.size() * layers * experts;
    if (length > ArrayForm.LARGEST) {
      throw source.fault("has more loads than fit into one recording: " + length);
    }
    double[] values = new double[(int) length];
    for (int window = 0; window < loads.size(); window++) {
      double[] load = loads.get(window).values();
      double[] map = maps.get(window).values();
      int slots = loads.get(window).length(1);
      for (int at = 0; at < load.length; at++) {
        values[(window * layers + at / slots) * experts + (int) map[at]] += load[at];
      }
    }
    return new NumberArray(new int[] {loads.size(), layers, experts}, values);
  }

  /** Checks every window's slots, so that a great id in a small file takes no memory. */
  private void requireSlotsForAll(InputSource source) {
    for (int window = 0; window < loads.size(); window++) {
      int slots = loads.get(window).length(1);
      if (slots < experts) {
        throw source.fault(
            "window %s has %s for %s; every expert has a slot in every window"
                .formatted(window, Counted.of(slots, "slot"), Counted.of(experts, "expert")));
      }
    }
  }
}
