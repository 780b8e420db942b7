package io.eplb.core.format.placement;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.wording.Listed;
import io.eplb.api.wording.OneLine;
import io.eplb.core.format.Content;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.NumberArray;
import io.eplb.core.format.document.NestedNumbers;
import io.eplb.core.format.document.NumberRule;
import io.eplb.core.format.document.TokenInput;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The offline map of HYGON's plug-in for vLLM: version 1 holds one model, version 2 the models of
 * {@code model_maps} by their class. A file of several models is refused with their names. Version
 * 1 is written.
 */
final class HygonFormat implements PlacementFormat {
  static final String NAME = "hygon";
  private static final String TYPE = "vllm_offline_eplb_physical_to_logical";
  private static final String KEY = "physical_to_logical_map";
  private static final String MODELS = "model_maps";
  private static final String EXPERTS = "num_logical_experts";
  private static final NumberRule EXPERT_COUNT =
      NumberRule.integer("the number of experts", 1, EpTopology.MAX_EXPERTS);

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean recognizes(InputSource source) {
    return source.content() == Content.JSON && source.mentions("\"" + TYPE);
  }

  @Override
  public StoredPlacement read(InputSource source, PlacementExpectation expectation) {
    return TokenInput.json(
        source,
        input -> {
          Reader reader = new Reader(input, expectation.expertId());
          reader.model("");
          return reader.build(new StoredPlacement.Builder(source, NAME, expectation));
        });
  }

  /** Reads one file. */
  private static final class Reader {
    private final TokenInput input;
    private final NumberRule expertId;
    private final List<String> models = new ArrayList<>();
    private final List<NumberArray> maps = new ArrayList<>();
    private int experts;

    Reader(TokenInput input, NumberRule expertId) {
      this.input = input;
      this.expertId = expertId;
    }

    /** Reads an object that holds a map, or the maps of several models. */
    void model(String place) throws IOException {
      input.object(
          place,
          "an object with " + KEY,
          List.of(),
          List.of(KEY, MODELS, EXPERTS),
          key -> {
            switch (key) {
              case KEY ->
                  maps.add(
                      NestedNumbers.read(
                          input, place + "/" + KEY, SglangFormat.LAYERS_BY_SLOTS, expertId));
              case EXPERTS -> experts = input.integer(place + "/" + EXPERTS, EXPERT_COUNT);
              case MODELS -> models();
              default -> input.skip();
            }
          });
    }

    private void models() throws IOException {
      input.requireObject("/" + MODELS, "an object of models");
      for (String key = input.nextKey(); key != null; key = input.nextKey()) {
        models.add(OneLine.quote(key));
        model("/" + MODELS + "/" + OneLine.of(key));
      }
    }

    StoredPlacement build(StoredPlacement.Builder builder) {
      if (maps.size() != 1) {
        throw input.fault(
            "",
            maps.isEmpty()
                ? "has no key " + KEY
                : "holds the maps of several models, %s; put one of them into a file of its own"
                    .formatted(Listed.of(models)));
      }
      NumberArray map = maps.get(0);
      StoredPlacement.Builder known = experts > 0 ? builder.experts(experts) : builder;
      return known.build(map.length(0), map.length(1), map.toIntegers());
    }
  }

  @Override
  public String emptySlotsWarning() {
    return "has −1 in slots that ranks cannot use; HYGON's loader refuses −1";
  }

  @Override
  public void write(ExpertTable table, OutputStream output) throws IOException {
    Writer text = new OutputStreamWriter(output, StandardCharsets.US_ASCII);
    int[] row = new int[table.physicalExperts()];
    text.write(
        ("{\"version\": 1, \"format\": \"%s\", \"num_moe_layers\": %d, \"%s\": %d,"
                + " \"num_physical_experts\": %d, \"num_redundant_experts\": %d, \"%s\": [\n")
            .formatted(
                TYPE,
                table.layers(),
                EXPERTS,
                table.experts(),
                row.length,
                row.length - table.experts(),
                KEY));
    for (int layer = 0; layer < table.layers(); layer++) {
      table.copyLayer(layer, row, 0);
      text.write(Arrays.toString(row) + (layer + 1 < table.layers() ? ",\n" : "\n"));
    }
    text.write("]}\n");
    text.flush();
  }
}
