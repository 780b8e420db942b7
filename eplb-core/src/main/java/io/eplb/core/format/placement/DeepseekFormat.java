package io.eplb.core.format.placement;

import io.eplb.api.ExpertTable;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.numpy.NumpyReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The three arrays that DeepSeek's EPLB returns: {@code physicalToLogical} (layers × slots), {@code
 * logicalToPhysical} (layers × experts × replicas, padded with −1 to the largest replica count) and
 * {@code logicalCount} (layers × experts). The first alone is enough; the others, where present,
 * must agree with it, and the second fixes the order in which replicas are listed. They are read
 * under the names of DeepSeek's code too ({@code phy2log}, {@code log2phy}, {@code logcnt}), from
 * JSON or an NPZ archive, and {@code phy2log} alone from an NPY file or a JSON array
 * (deepseek-ai/EPLB).
 */
final class DeepseekFormat implements PlacementFormat {
  static final String NAME = "deepseek";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean recognizes(InputSource source) {
    return switch (source.content()) {
      case JSON ->
          source.mentions("\"physicalToLogical\"")
              || source.mentions("\"phy2log\"")
              || DeepseekReader.isArray(source);
      case ZIP -> source.mentions("phy2log.npy");
      case NUMPY -> NumpyReader.dimensions(source) == 2;
      default -> false;
    };
  }

  @Override
  public StoredPlacement read(InputSource source, PlacementExpectation expectation) {
    return DeepseekReader.read(source, expectation);
  }

  @Override
  public String emptySlotsWarning() {
    return "has −1 in slots that ranks cannot use; programs that take DeepSeek's arrays do not know −1 there";
  }

  @Override
  public void write(ExpertTable table, OutputStream output) throws IOException {
    Writer text = new OutputStreamWriter(output, StandardCharsets.US_ASCII);
    int[] row = new int[table.physicalExperts()];
    int[] counts = new int[table.experts()];
    int most = 0;
    text.write("{\"physicalToLogical\": [\n");
    for (int layer = 0; layer < table.layers(); layer++) {
      table.copyLayer(layer, row, 0);
      text.write(Arrays.toString(row) + end(table, layer));
      table.copyReplicaCounts(layer, counts, 0);
      most = Math.max(most, Arrays.stream(counts).max().orElse(0));
    }
    text.write("], \"logicalToPhysical\": [\n");
    int[][] slots = new int[table.experts()][most];
    for (int layer = 0; layer < table.layers(); layer++) {
      for (int expert = 0; expert < slots.length; expert++) {
        Arrays.fill(slots[expert], -1);
        for (int replica = table.replicaCount(layer, expert) - 1; replica >= 0; replica--) {
          slots[expert][replica] = table.physicalSlot(layer, expert, replica);
        }
      }
      text.write(Arrays.deepToString(slots) + end(table, layer));
    }
    text.write("], \"logicalCount\": [\n");
    for (int layer = 0; layer < table.layers(); layer++) {
      table.copyReplicaCounts(layer, counts, 0);
      text.write(Arrays.toString(counts) + end(table, layer));
    }
    text.write("]}\n");
    text.flush();
  }

  private static String end(ExpertTable table, int layer) {
    return layer + 1 < table.layers() ? ",\n" : "\n";
  }
}
