package io.eplb.core.format.placement;

import io.eplb.api.ExpertTable;
import io.eplb.core.format.Content;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.document.TokenInput;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * vLLM-Ascend's expert map: per layer a list of devices, per device its logical experts in slot
 * order. Its loader goes by list positions alone, so ids are written in order and must be in order.
 */
final class VllmAscendFormat implements PlacementFormat {
  static final String NAME = "vllm-ascend";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean storesRanks() {
    return true;
  }

  @Override
  public boolean recognizes(InputSource source) {
    return source.content() == Content.JSON
        && (source.mentions("\"layer_list\"") || source.mentions("\"moe_layer_count\""));
  }

  @Override
  public StoredPlacement read(InputSource source, PlacementExpectation expectation) {
    return TokenInput.json(
            source, input -> new VllmAscendReader(input, expectation.expertId()).read())
        .build(new StoredPlacement.Builder(source, NAME, expectation));
  }

  @Override
  public String emptySlotsWarning() {
    return "has −1 in slots that ranks cannot use; vLLM-Ascend's loader takes −1 for the last expert";
  }

  @Override
  public void write(ExpertTable table, OutputStream output) throws IOException {
    DuplicateOnRank.refuse(table, NAME);
    Writer text = new OutputStreamWriter(output, StandardCharsets.US_ASCII);
    int[] row = new int[table.physicalExperts()];
    int slots = table.slotsPerRank();
    text.write("{\"moe_layer_count\": " + table.layers() + ", \"layer_list\": [\n");
    for (int layer = 0; layer < table.layers(); layer++) {
      table.copyLayer(layer, row, 0);
      text.write(
          "{\"layer_id\": "
              + layer
              + ", \"device_count\": "
              + table.ranks()
              + ", \"device_list\": [");
      for (int rank = 0; rank < table.ranks(); rank++) {
        int[] experts = Arrays.copyOfRange(row, rank * slots, (rank + 1) * slots);
        text.write(rank == 0 ? "" : ", ");
        text.write("{\"device_id\": " + rank + ", \"device_expert\": ");
        text.write(Arrays.toString(experts) + "}");
      }
      text.write(layer + 1 < table.layers() ? "]},\n" : "]}\n");
    }
    text.write("]}\n");
    text.flush();
  }
}
