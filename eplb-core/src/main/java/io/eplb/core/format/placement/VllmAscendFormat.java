package io.eplb.core.format.placement;

import io.eplb.api.ExpertTable;
import io.eplb.core.format.Content;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.document.TokenInput;
import java.io.IOException;
import java.io.OutputStream;

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
  public void write(ExpertTable table, OutputStream output) throws IOException {
    DuplicateOnRank.refuse(table, NAME);
    AsciiOutput text = new AsciiOutput(output);
    int[] row = new int[table.physicalExperts()];
    int slots = table.slotsPerRank();
    text.text("{\"moe_layer_count\": ")
        .number(table.layers())
        .text(", \"layer_list\": [")
        .endLine();
    for (int layer = 0; layer < table.layers(); layer++) {
      table.copyLayer(layer, row, 0);
      text.text("{\"layer_id\": ").number(layer);
      text.text(", \"device_count\": ").number(table.ranks()).text(", \"device_list\": [");
      for (int rank = 0; rank < table.ranks(); rank++) {
        text.text(rank == 0 ? "" : ", ").text("{\"device_id\": ").number(rank);
        text.text(", \"device_expert\": ").array(row, rank * slots, (rank + 1) * slots).text("}");
      }
      text.text(layer + 1 < table.layers() ? "]}," : "]}").endLine();
    }
    text.text("]}").endLine();
  }
}
