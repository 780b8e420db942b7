package io.eplb.core.format.placement;

import io.eplb.api.EpTopology;
import io.eplb.api.wording.Counted;
import io.eplb.api.wording.OneLine;
import io.eplb.api.wording.TypedNumber;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.document.NumberRule;
import io.eplb.core.format.document.TokenInput;
import java.io.IOException;
import java.util.OptionalInt;
import java.util.TreeMap;

/** Reads TensorRT-LLM's load-balancer file. */
final class TrtllmReader {
  private static final String KEYS =
      "num_slots, initial_global_assignments and layer_updates_per_iter";
  private static final NumberRule SLOTS =
      NumberRule.integer("the number of slots", 1, EpTopology.MAX_PHYSICAL_EXPERTS);
  private static final NumberRule UPDATES =
      NumberRule.integer("the layers updated per iteration", 0, EpTopology.MAX_LAYERS);

  private final TokenInput input;
  private final NumberRule expertId;
  private int slots;
  private boolean updates;
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
    input.requireObject("", "a mapping with " + KEYS);
    for (String key = input.nextKey(); key != null; key = input.nextKey()) {
      boolean again;
      switch (key) {
        case "num_slots" -> {
          again = slots > 0;
          slots = input.integer("/num_slots", SLOTS);
        }
        case "initial_global_assignments" -> {
          again = !layers.isEmpty();
          assignments(again);
        }
        case "layer_updates_per_iter" -> {
          again = updates;
          updates = input.integer("/layer_updates_per_iter", UPDATES) >= 0;
        }
        default ->
            throw input.fault("", "has the key " + OneLine.quote(key) + "; expected " + KEYS);
      }
      input.requireFirst(!again, "", key);
    }
    input.requireFound(slots > 0, "", "num_slots");
    input.requireFound(!layers.isEmpty(), "", "initial_global_assignments");
  }

  private void assignments(boolean skipped) throws IOException {
    String pointer = "/initial_global_assignments";
    input.requireObject(pointer, "a mapping of layer ids to expert ids");
    if (skipped) {
      input.skip();
      return;
    }
    for (String key = input.nextKey(); key != null; key = input.nextKey()) {
      int layer = layerId(key);
      if (layer < 0) {
        throw input.fault(
            pointer,
            "has the key %s; expected a layer id from 0 to %s"
                .formatted(OneLine.quote(key), 2 * EpTopology.MAX_LAYERS));
      }
      if (layers.put(layer, input.integers(pointer + "/" + layer, expertId)) != null) {
        throw input.fault(pointer, "has layer " + layer + " twice; expected it once");
      }
    }
    if (layers.isEmpty()) {
      throw input.fault(pointer, "is empty; expected at least one layer");
    }
  }

  private static int layerId(String key) {
    // A leading zero would make it an octal number to some readers of YAML.
    return (int) TypedNumber.index(key, 2 * EpTopology.MAX_LAYERS).orElse(-1);
  }

  private StoredPlacement build(StoredPlacement.Builder builder, OptionalInt firstMoeLayer) {
    String pointer = "/initial_global_assignments";
    int first = firstMoeLayer.orElse(layers.firstKey());
    if (layers.firstKey() != first || layers.lastKey() != first + layers.size() - 1) {
      throw input.fault(
          pointer,
          "has %s from %s to %s; expected every layer from %s on, the first MoE layer"
              .formatted(
                  Counted.of(layers.size(), "layer"), layers.firstKey(), layers.lastKey(), first));
    }
    int[] ids = new int[Math.multiplyExact(layers.size(), slots)];
    int at = 0;
    for (var layer : layers.entrySet()) {
      if (layer.getValue().length != slots) {
        throw input.fault(
            pointer + "/" + layer.getKey(),
            "has %s; num_slots says %s"
                .formatted(Counted.of(layer.getValue().length, "expert id"), slots));
      }
      System.arraycopy(layer.getValue(), 0, ids, at, slots);
      at += slots;
    }
    return builder.firstMoeLayer(first).build(layers.size(), slots, ids);
  }
}
