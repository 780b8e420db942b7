package io.eplb.cli.bench;

import io.eplb.api.ExpertTable;

/** The load of every slot where each replica of an expert gets an equal part. */
final class SlotLoads {
  private SlotLoads() {}

  /**
   * Returns the loads of a table's slots, layers × ranks × slots.
   *
   * @param table a table without EMPTY slots
   * @param loads layers × experts tokens
   */
  static double[] of(ExpertTable table, double[] loads) {
    int slots = table.physicalExperts();
    int[] row = new int[slots];
    int[] replicas = new int[table.experts()];
    double[] slotLoads = new double[table.layers() * slots];
    for (int layer = 0; layer < table.layers(); layer++) {
      table.copyLayer(layer, row, 0);
      table.copyReplicaCounts(layer, replicas, 0);
      for (int slot = 0; slot < slots; slot++) {
        int expert = row[slot];
        slotLoads[layer * slots + slot] =
            loads[layer * table.experts() + expert] / replicas[expert];
      }
    }
    return slotLoads;
  }
}
