package io.eplb.core.format.placement;

import io.eplb.api.EpTopology;
import io.eplb.api.wording.Counted;
import io.eplb.api.wording.OneLine;
import io.eplb.api.wording.TypedNumber;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.document.NumberRule;
import io.eplb.core.format.document.TokenInput;
import io.eplb.core.load.LayerIds;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeMap;

/** Reads TensorRT-LLM's load-balancer file. */
final class TrtllmReader {
  private static final String KEYS =
      "num_slots, initial_global_assignments and layer_updates_per_iter";
  private static final String ASSIGNMENTS = "/initial_global_assignments";
  private static final NumberRule SLOTS =
      NumberRule.integer("the number of slots", 1, EpTopology.MAX_PHYSICAL_EXPERTS);
  private static final NumberRule UPDATES =
      NumberRule.integer("the layers updated per iteration", 0, EpTopology.MAX_LAYERS);

  private final TokenInput input;
  private final NumberRule expertId;
  private int slots;
  private final TreeMap<Integer, int[]> layers = new TreeMap<>();

  private TrtllmReader(TokenInput input, NumberRule expertId) {
    this.input = input;
    this.expertId = expertId;
  }

  static StoredPlacement read(
      InputSource source, PlacementExpectation expectation, OptionalInt firstMoeLayer) {
    return TokenInput.yaml(
        source,
        input -> {
          TrtllmReader reader = new TrtllmReader(input, expectation.expertId());
          reader.document();
          return reader.build(
              new StoredPlacement.Builder(source, TrtllmFormat.NAME, expectation), firstMoeLayer);
        });
  }

  private void document() throws IOException {
    input.object(
        "",
        "a mapping with " + KEYS,
        List.of("num_slots", "initial_global_assignments"),
        List.of("layer_updates_per_iter"),
        key -> {
          switch (key) {
            case "num_slots" -> slots = input.integer("/num_slots", SLOTS);
            case "initial_global_assignments" -> assignments();
            case "layer_updates_per_iter" -> input.integer("/layer_updates_per_iter", UPDATES);
            default ->
                throw input.fault("", "has the key " + OneLine.quote(key) + "; expected " + KEYS);
          }
        });
  }

  private void assignments() throws IOException {
    input.requireObject(ASSIGNMENTS, "a mapping of layer ids to expert ids");
    for (String key = input.nextKey(); key != null; key = input.nextKey()) {
      // A leading zero would make it an octal number to some readers of YAML.
      int layer = (int) TypedNumber.index(key, LayerIds.MAX_ID).orElse(-1);
      if (layer < 0) {
        throw input.fault(
            ASSIGNMENTS,
            "has the key %s; expected a layer id from 0 to %s"
                .formatted(OneLine.quote(key), LayerIds.MAX_ID));
      }
      if (layers.put(layer, input.integers(ASSIGNMENTS + "/" + layer, expertId)) != null) {
        throw input.fault(ASSIGNMENTS, "has layer " + layer + " twice; expected it once");
      }
    }
    if (layers.isEmpty()) {
      throw input.fault(ASSIGNMENTS, "is empty; expected at least one layer");
    }
  }

  private StoredPlacement build(StoredPlacement.Builder builder, OptionalInt firstMoeLayer) {
    int first = firstMoeLayer.orElse(layers.firstKey());
    boolean gaps = layers.lastKey() != first + layers.size() - 1;
    if (layers.firstKey() != first || (firstMoeLayer.isPresent() && gaps)) {
      throw input.fault(
          ASSIGNMENTS,
          "has %s from %s to %s; expected every layer from %s on, the first MoE layer"
              .formatted(
                  Counted.of(layers.size(), "layer"), layers.firstKey(), layers.lastKey(), first));
    }
    int[] ids = LayerRows.joined(input, ASSIGNMENTS, layers, slots);
    int[] layerIds = layers.keySet().stream().mapToInt(Integer::intValue).toArray();
    return builder.layerIds(LayerIds.of(layerIds)).build(layers.size(), slots, ids);
  }
}
