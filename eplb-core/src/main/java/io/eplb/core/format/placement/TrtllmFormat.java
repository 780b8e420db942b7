package io.eplb.core.format.placement;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.core.argument.Require;
import io.eplb.core.format.Content;
import io.eplb.core.format.InputSource;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * TensorRT-LLM's load-balancer file, in YAML: {@code num_slots}, {@code initial_global_assignments}
 * (layer id → slots) and {@code layer_updates_per_iter}, written as 0, a static placement. Layer
 * ids are the model's own, so the dense layers before the first MoE layer shift them.
 */
final class TrtllmFormat implements PlacementFormat {
  static final String NAME = "trtllm";

  /** The model's id of the first layer; empty to write 0 and read any. */
  private final OptionalInt firstMoeLayer;

  TrtllmFormat() {
    this(OptionalInt.empty());
  }

  private TrtllmFormat(OptionalInt firstMoeLayer) {
    this.firstMoeLayer = firstMoeLayer;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean storesLayerIds() {
    return true;
  }

  @Override
  public PlacementFormat withFirstMoeLayer(int first) {
    Require.inRange("the first MoE layer", first, 0, EpTopology.MAX_LAYERS);
    return new TrtllmFormat(OptionalInt.of(first));
  }

  @Override
  public boolean recognizes(InputSource source) {
    Content content = source.content();
    boolean text = content == Content.TEXT || content == Content.JSON;
    return text
        && (source.extension().equals("yaml")
            || source.extension().equals("yml")
            || source.mentions("initial_global_assignments"));
  }

  @Override
  public StoredPlacement read(InputSource source, PlacementExpectation expectation) {
    return TrtllmReader.read(source, expectation, firstMoeLayer);
  }

  @Override
  public String emptySlotsWarning() {
    return "has −1 in slots that ranks cannot use; TensorRT-LLM's loader does not know −1";
  }

  @Override
  public void write(ExpertTable table, OutputStream output) throws IOException {
    Writer text = new OutputStreamWriter(output, StandardCharsets.US_ASCII);
    int[] row = new int[table.physicalExperts()];
    text.write("num_slots: " + row.length + "\ninitial_global_assignments:\n");
    for (int layer = 0; layer < table.layers(); layer++) {
      table.copyLayer(layer, row, 0);
      text.write("  %d: %s\n".formatted(firstMoeLayer.orElse(0) + layer, Arrays.toString(row)));
    }
    text.write("layer_updates_per_iter: 0\n");
    text.flush();
  }
}
