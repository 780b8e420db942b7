package io.eplb.core.format.placement;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.wording.Counted;
import io.eplb.api.wording.OneLine;
import io.eplb.api.wording.TypedNumber;
import io.eplb.core.format.Content;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.document.NumberRule;
import io.eplb.core.format.document.TokenInput;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * vLLM's file for {@code initial_mapping_path} (vllm-project/vllm, pull request 41141): one line of
 * JSON with the slots of every MoE layer, which are counted from 0.
 */
final class VllmFormat implements PlacementFormat {
  static final String NAME = "vllm";
  private static final String TYPE = "eplb_initial_mapping";
  private static final String ASSIGNMENTS = "initial_global_assignments";
  private static final NumberRule VERSION = NumberRule.integer("the version of the file", 1, 1);
  private static final NumberRule SLOTS =
      NumberRule.integer("the number of slots", 1, EpTopology.MAX_PHYSICAL_EXPERTS);
  private static final NumberRule REDUNDANT =
      NumberRule.integer("the number of redundant experts", 0, EpTopology.MAX_PHYSICAL_EXPERTS);

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> endings() {
    return List.of(".json", ".jsonl");
  }

  @Override
  public boolean recognizes(InputSource source) {
    return source.content() == Content.JSON && source.mentions("\"" + TYPE + "\"");
  }

  @Override
  public StoredPlacement read(InputSource source, PlacementExpectation expectation) {
    return TokenInput.json(
        source,
        input ->
            new Reader(input, expectation.expertId())
                .read(new StoredPlacement.Builder(source, NAME, expectation)));
  }

  /** Reads one file. */
  private static final class Reader {
    private final TokenInput input;
    private final NumberRule expertId;
    private final SortedMap<Integer, int[]> layers = new TreeMap<>();
    private int slots;
    private int redundant;

    Reader(TokenInput input, NumberRule expertId) {
      this.input = input;
      this.expertId = expertId;
    }

    StoredPlacement read(StoredPlacement.Builder builder) throws IOException {
      input.object(
          "",
          "an object with " + ASSIGNMENTS,
          List.of("record_type", "version", "num_redundant_experts", "num_slots", ASSIGNMENTS),
          List.of(),
          this::value);
      for (int layer = 0; layer < layers.size(); layer++) {
        if (!layers.containsKey(layer)) {
          throw input.fault(
              "/" + ASSIGNMENTS,
              "has %s, but no layer %s; MoE layers are counted from 0"
                  .formatted(Counted.of(layers.size(), "layer"), layer));
        }
      }
      int[] ids = LayerRows.joined(input, "/" + ASSIGNMENTS, layers, slots);
      if (redundant >= slots) {
        throw input.fault(
            "/num_redundant_experts", "is " + redundant + " of " + Counted.of(slots, "slot"));
      }
      return builder.experts(slots - redundant).build(layers.size(), slots, ids);
    }

    private void value(String key) throws IOException {
      switch (key) {
        case "record_type" -> {
          String type = input.text("/record_type", TYPE);
          if (!type.equals(TYPE)) {
            throw input.fault("/record_type", "is " + OneLine.quote(type) + "; expected " + TYPE);
          }
        }
        case "version" -> input.integer("/version", VERSION);
        case "num_redundant_experts" ->
            redundant = input.integer("/num_redundant_experts", REDUNDANT);
        case "num_slots" -> slots = input.integer("/num_slots", SLOTS);
        case ASSIGNMENTS -> assignments();
        default -> input.skip();
      }
    }

    private void assignments() throws IOException {
      String place = "/" + ASSIGNMENTS;
      input.requireObject(place, "an object of layers");
      for (String key = input.nextKey(); key != null; key = input.nextKey()) {
        int layer = (int) TypedNumber.index(key, EpTopology.MAX_LAYERS - 1).orElse(-1);
        if (layer < 0) {
          throw input.fault(
              place,
              "has the key %s; expected a layer from 0 to %s"
                  .formatted(OneLine.quote(key), EpTopology.MAX_LAYERS - 1));
        }
        if (layers.put(layer, input.integers(place + "/" + layer, expertId)) != null) {
          throw input.fault(place, "has layer " + layer + " twice; expected it once");
        }
      }
      if (layers.isEmpty()) {
        throw input.fault(place, "is empty; expected at least one layer");
      }
    }
  }

  @Override
  public String emptySlotsWarning() {
    return "has −1 in slots that ranks cannot use; vLLM's loader refuses −1";
  }

  @Override
  public void write(ExpertTable table, OutputStream output) throws IOException {
    Writer text = new OutputStreamWriter(output, StandardCharsets.US_ASCII);
    int[] row = new int[table.physicalExperts()];
    text.write(
        "{\"record_type\": \"%s\", \"version\": 1, \"num_redundant_experts\": %d, \"num_slots\": %d, \"%s\": {"
            .formatted(TYPE, row.length - table.experts(), row.length, ASSIGNMENTS));
    for (int layer = 0; layer < table.layers(); layer++) {
      table.copyLayer(layer, row, 0);
      text.write((layer == 0 ? "\"" : ", \"") + layer + "\": " + Arrays.toString(row));
    }
    text.write("}}\n");
    text.flush();
  }
}
