package io.eplb.core.format.load;

import io.eplb.api.EpTopology;
import io.eplb.api.wording.Counted;
import io.eplb.core.format.ArrayForm;
import io.eplb.core.format.NumberArray;
import io.eplb.core.format.document.NestedNumbers;
import io.eplb.core.format.document.NumberRule;
import io.eplb.core.format.document.TokenInput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the snapshots of a dump of vLLM's expert load (vllm-project/vllm, pull request 39178): each
 * has {@code window_expert_load}, layers × slots, and the {@code physical_to_logical_map} that it
 * was measured under. Slots are mapped to experts; the snapshots are the windows.
 */
final class VllmSnapshots {
  static final String KEY = "snapshots";
  private static final String LOAD = "window_expert_load";
  private static final String MAP = "physical_to_logical_map";
  private static final ArrayForm FORM = new ArrayForm(2, 2, "layers × slots");
  private static final NumberRule EXPERT =
      NumberRule.integer("the id of an expert", 0, EpTopology.MAX_EXPERTS - 1);

  private final TokenInput input;
  private final List<NumberArray> windows = new ArrayList<>();
  private final List<NumberArray> maps = new ArrayList<>();
  private int experts;

  private VllmSnapshots(TokenInput input) {
    this.input = input;
  }

  /** Reads the array that the current token opens, its end included. */
  static NumberArray read(TokenInput input, String pointer) throws IOException {
    VllmSnapshots snapshots = new VllmSnapshots(input);
    input.requireArray(pointer, "an array of snapshots");
    for (int at = 0; !input.endsArray(); at++) {
      snapshots.add(pointer + "/" + at);
    }
    if (snapshots.windows.isEmpty()) {
      throw input.fault(pointer, "is an empty array; expected snapshots");
    }
    return snapshots.byExpert();
  }

  private void add(String pointer) throws IOException {
    List<NumberArray> load = new ArrayList<>();
    List<NumberArray> map = new ArrayList<>();
    input.object(
        pointer,
        "a snapshot",
        List.of(LOAD, MAP),
        List.of(),
        key -> {
          switch (key) {
            case LOAD ->
                load.add(NestedNumbers.read(input, pointer + "/" + LOAD, FORM, NumberRule.LOAD));
            case MAP -> map.add(NestedNumbers.read(input, pointer + "/" + MAP, FORM, EXPERT));
            default -> input.skip();
          }
        });
    add(pointer, load.get(0), map.get(0));
  }

  private void add(String pointer, NumberArray load, NumberArray map) {
    NumberArray first = windows.isEmpty() ? load : windows.get(0);
    if (load.length(0) != map.length(0)
        || load.length(1) != map.length(1)
        || load.length(0) != first.length(0)) {
      throw input.fault(
          pointer,
          "has a load of %s and a map of %s, the first snapshot %s; the shapes of load and map must agree, and all snapshots must have the same layers"
              .formatted(load.shape(), map.shape(), Counted.of(first.length(0), "layer")));
    }
    for (double expert : map.values()) {
      experts = Math.max(experts, (int) expert + 1);
    }
    windows.add(load);
    maps.add(map);
  }

  private NumberArray byExpert() {
    int layers = windows.get(0).length(0);
    double[] values =
        new double[Math.multiplyExact(Math.multiplyExact(windows.size(), layers), experts)];
    for (int window = 0; window < windows.size(); window++) {
      double[] load = windows.get(window).values();
      double[] map = maps.get(window).values();
      int slots = windows.get(window).length(1);
      for (int at = 0; at < load.length; at++) {
        values[(window * layers + at / slots) * experts + (int) map[at]] += load[at];
      }
    }
    return new NumberArray(new int[] {windows.size(), layers, experts}, values);
  }
}
