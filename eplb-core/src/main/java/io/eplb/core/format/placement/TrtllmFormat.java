package io.eplb.core.format.placement;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.argument.Require;
import io.eplb.core.format.Content;
import io.eplb.core.format.InputSource;
import io.eplb.core.load.LayerIds;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * TensorRT-LLM's load-balancer file, in YAML: {@code num_slots}, {@code initial_global_assignments}
 * (layer id → slots) and {@code layer_updates_per_iter}, written as 0, a static placement. Layer
 * ids are the model's own, so dense layers shift them, and leave gaps where they stand between.
 */
final class TrtllmFormat implements PlacementFormat {
  static final String NAME = "trtllm";

  /** The model's id of the first layer; empty to write 0 and read any. */
  private final OptionalInt firstMoeLayer;

  /** The ids to write; null to write ids from the first on. */
  private final @Nullable LayerIds layerIds;

  TrtllmFormat() {
    this(OptionalInt.empty(), null);
  }

  private TrtllmFormat(OptionalInt firstMoeLayer, @Nullable LayerIds layerIds) {
    this.firstMoeLayer = firstMoeLayer;
    this.layerIds = layerIds;
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
    return new TrtllmFormat(OptionalInt.of(first), null);
  }

  @Override
  public PlacementFormat withLayerIds(LayerIds ids) {
    return new TrtllmFormat(OptionalInt.empty(), ids);
  }

  /**
   * Returns TensorRT-LLM's own start: slot i of rank r holds expert (r × experts ÷ ranks + i) mod
   * experts, so that the redundant slots of a rank hold the first experts of the next one.
   */
  @Override
  public ExpertTable initial(int layers, EpTopology topology) {
    int experts = topology.experts();
    int slots = topology.slotsPerRank();
    int[] ids = new int[Math.multiplyExact(layers, topology.physicalExperts())];
    for (int at = 0; at < ids.length; at++) {
      int rank = at % topology.physicalExperts() / slots;
      int first = (int) ((long) rank * experts / topology.ranks());
      ids[at] = (first + at % slots) % experts;
    }
    return ExpertTable.of(0, experts, Placement.of(layers, topology.ranks(), slots, ids));
  }

  @Override
  public List<String> endings() {
    return List.of(".yaml", ".yml");
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
    LayerIds ids =
        layerIds != null ? layerIds : LayerIds.from(firstMoeLayer.orElse(0), table.layers());
    int[] row = new int[table.physicalExperts()];
    text.write("num_slots: " + row.length + "\ninitial_global_assignments:\n");
    for (int layer = 0; layer < table.layers(); layer++) {
      table.copyLayer(layer, row, 0);
      text.write("  %d: %s\n".formatted(ids.id(layer), Arrays.toString(row)));
    }
    text.write("layer_updates_per_iter: 0\n");
    text.flush();
  }
}
