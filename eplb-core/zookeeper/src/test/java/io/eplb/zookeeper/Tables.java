package io.eplb.zookeeper;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.consistency.TableDigest;
import java.util.Random;

/** Tables of one shape. */
final class Tables {
  static final int LAYERS = 6;
  static final ExpertTable FIRST = ExpertTable.initial(LAYERS, EpTopology.of(8, 4, 1, 1, 3));

  private Tables() {}

  /** Returns the next version, with rows of some layers in another order. */
  static ExpertTable next(ExpertTable table, Random random, int... layers) {
    Placement.Builder rows = Placement.builder(table);
    int[] row = new int[table.physicalExperts()];
    for (int layer : layers) {
      table.copyLayer(layer, row, 0);
      for (int last = row.length - 1; last > 0; last--) {
        int other = random.nextInt(last + 1);
        int expert = row[last];
        row[last] = row[other];
        row[other] = expert;
      }
      rows.setLayer(layer, row, 0);
    }
    return table.withLayers(table.version() + 1, layers, rows.build());
  }

  static String digest(ExpertTable table) {
    return TableDigest.of(table).toText();
  }
}
