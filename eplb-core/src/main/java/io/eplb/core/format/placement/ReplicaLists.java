package io.eplb.core.format.placement;

import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.api.wording.Counted;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.NumberArray;
import java.util.Arrays;

/** DeepSeek's {@code logicalToPhysical}: every expert's slots, in the order of its replicas. */
final class ReplicaLists {
  private final InputSource source;
  private final ExpertTable table;
  private final int replicas;
  private final double[] slots;

  /** The place of each slot of each layer in its expert's list; −1 until it was listed. */
  private final int[] order;

  private boolean bySlot = true;

  /**
   * Takes lists of the table's layers and experts.
   *
   * @param lists layers × experts × replicas
   */
  ReplicaLists(InputSource source, ExpertTable table, NumberArray lists) {
    this.source = source;
    this.table = table;
    this.replicas = lists.length(2);
    this.slots = lists.values();
    this.order = new int[table.layers() * table.physicalExperts()];
    Arrays.fill(order, -1);
  }

  /** Checks that the lists name exactly the slots in which the table has each expert. */
  void requireAgreement() {
    int[] row = new int[table.physicalExperts()];
    for (int layer = 0; layer < table.layers(); layer++) {
      table.copyLayer(layer, row, 0);
      for (int expert = 0; expert < table.experts(); expert++) {
        requireAgreement(layer, expert, row);
      }
    }
  }

  private void requireAgreement(int layer, int expert, int[] row) {
    int from = (layer * table.experts() + expert) * replicas;
    int listed = 0;
    for (int replica = 0; replica < replicas; replica++) {
      int slot = (int) slots[from + replica];
      if (slot < 0) {
        continue;
      }
      if (listed < replica) {
        throw fault(layer, expert, replica, "follows −1; expected the padding at the end");
      }
      if (slot >= row.length || row[slot] != expert) {
        throw fault(
            layer,
            expert,
            replica,
            "is slot %s, in which physicalToLogical has %s"
                .formatted(
                    slot,
                    slot >= row.length
                        ? "nothing"
                        : row[slot] == Placement.EMPTY ? "−1" : "expert " + row[slot]));
      }
      int at = layer * row.length + slot;
      if (order[at] >= 0) {
        throw fault(layer, expert, replica, "is slot " + slot + " again; expected each slot once");
      }
      bySlot &= listed == 0 || slots[from + replica - 1] < slot;
      order[at] = listed++;
    }
    if (listed < table.replicaCount(layer, expert)) {
      throw source.fault(
          "/logicalToPhysical/%s/%s lists %s; physicalToLogical places that expert %s"
              .formatted(
                  layer,
                  expert,
                  Counted.of(listed, "slot"),
                  Counted.of(table.replicaCount(layer, expert), "time")));
    }
  }

  private InvalidInputException fault(int layer, int expert, int replica, String what) {
    return source.fault("/logicalToPhysical/" + layer + "/" + expert + "/" + replica + " " + what);
  }

  /** Returns the table's placement with its replicas in the order of the lists. */
  Placement ordered() {
    if (bySlot) {
      return table.placement();
    }
    Placement.Builder builder = Placement.builder(table);
    for (int layer = 0; layer < table.layers(); layer++) {
      builder.setReplicaOrder(layer, order, layer * table.physicalExperts());
    }
    return builder.build();
  }
}
