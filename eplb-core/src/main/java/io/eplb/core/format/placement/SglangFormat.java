package io.eplb.core.format.placement;

import io.eplb.api.ExpertTable;
import io.eplb.api.wording.OneLine;
import io.eplb.core.format.ArrayForm;
import io.eplb.core.format.Content;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.NumberArray;
import io.eplb.core.format.document.NestedNumbers;
import io.eplb.core.format.document.TokenInput;
import io.eplb.core.format.torch.TorchFile;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * SGLang's file for {@code --init-expert-location}: an object with the one key {@code
 * physical_to_logical_map}, layers × slots. SGLang passes every key on as a parameter, so any other
 * key breaks its loader.
 */
final class SglangFormat implements PlacementFormat {
  static final String NAME = "sglang";
  static final ArrayForm LAYERS_BY_SLOTS = new ArrayForm(2, 2, "layers × slots");
  static final String KEY = "physical_to_logical_map";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean recognizes(InputSource source) {
    return source.content() == Content.JSON
        ? source.mentions("\"" + KEY + "\"")
        : TorchFile.recognises(source);
  }

  @Override
  public StoredPlacement read(InputSource source, PlacementExpectation expectation) {
    NumberArray map =
        TorchFile.recognises(source)
            ? SglangTorchMap.read(source, expectation)
            : TokenInput.json(source, input -> map(input, expectation));
    return new StoredPlacement.Builder(source, NAME, expectation)
        .build(map.length(0), map.length(1), map.toIntegers());
  }

  private static NumberArray map(TokenInput input, PlacementExpectation expectation)
      throws IOException {
    NumberArray map = null;
    input.requireObject("", "an object with the key " + KEY + " alone");
    for (String key = input.nextKey(); key != null; key = input.nextKey()) {
      if (!key.equals(KEY)) {
        throw input.fault("", otherKey(OneLine.quote(key)));
      }
      input.requireFirst(map == null, "", KEY);
      map = NestedNumbers.read(input, "/" + KEY, LAYERS_BY_SLOTS, expectation.expertId());
    }
    if (map == null) {
      throw input.fault("", "has no key " + KEY);
    }
    return map;
  }

  static String otherKey(String quoted) {
    return "has the key %s; SGLang loads a file with %s alone".formatted(quoted, KEY);
  }

  @Override
  public String emptySlotsWarning() {
    return "has −1 in slots that ranks cannot use; SGLang's loader takes −1 for the last expert";
  }

  @Override
  public void write(ExpertTable table, OutputStream output) throws IOException {
    Writer text = new OutputStreamWriter(output, StandardCharsets.US_ASCII);
    text.write("{\"" + KEY + "\": [\n");
    int[] row = new int[table.physicalExperts()];
    for (int layer = 0; layer < table.layers(); layer++) {
      table.copyLayer(layer, row, 0);
      text.write(Arrays.toString(row) + (layer + 1 < table.layers() ? ",\n" : "\n"));
    }
    text.write("]}\n");
    text.flush();
  }
}
