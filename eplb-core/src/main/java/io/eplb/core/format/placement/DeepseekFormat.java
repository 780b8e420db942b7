package io.eplb.core.format.placement;

import io.eplb.api.ExpertTable;
import io.eplb.core.format.Content;
import io.eplb.core.format.InputSource;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * The three arrays that DeepSeek's EPLB returns: {@code physicalToLogical} (layers × slots), {@code
 * logicalToPhysical} (layers × experts × replicas, padded with −1 to the largest replica count) and
 * {@code logicalCount} (layers × experts). The first alone is enough; the others, where present,
 * must agree with it, and the second fixes the order in which replicas are listed.
 */
final class DeepseekFormat implements PlacementFormat {
  static final String NAME = "deepseek";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean recognizes(InputSource source) {
    return source.content() == Content.JSON && source.mentions("\"physicalToLogical\"");
  }

  @Override
  public StoredPlacement read(InputSource source, PlacementExpectation expectation) {
    return DeepseekReader.read(source, expectation);
  }

  @Override
  public void write(ExpertTable table, OutputStream output) throws IOException {
    AsciiOutput text = new AsciiOutput(output);
    int[] row = new int[table.physicalExperts()];
    int[] counts = new int[table.experts()];
    int most = 0;
    text.text("{\"physicalToLogical\": [").endLine();
    for (int layer = 0; layer < table.layers(); layer++) {
      table.copyLayer(layer, row, 0);
      text.array(row, 0, row.length).text(layer + 1 < table.layers() ? "," : "").endLine();
      table.copyReplicaCounts(layer, counts, 0);
      for (int count : counts) {
        most = Math.max(most, count);
      }
    }
    text.text("], \"logicalToPhysical\": [").endLine();
    int[] slots = new int[most];
    for (int layer = 0; layer < table.layers(); layer++) {
      text.text("[");
      for (int expert = 0; expert < counts.length; expert++) {
        Arrays.fill(slots, -1);
        for (int replica = table.replicaCount(layer, expert) - 1; replica >= 0; replica--) {
          slots[replica] = table.physicalSlot(layer, expert, replica);
        }
        text.text(expert == 0 ? "" : ", ").array(slots, 0, most);
      }
      text.text(layer + 1 < table.layers() ? "]," : "]").endLine();
    }
    text.text("], \"logicalCount\": [").endLine();
    for (int layer = 0; layer < table.layers(); layer++) {
      table.copyReplicaCounts(layer, counts, 0);
      text.array(counts, 0, counts.length).text(layer + 1 < table.layers() ? "," : "").endLine();
    }
    text.text("]}").endLine();
  }
}
