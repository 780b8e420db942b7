package io.eplb.core.engine.shared;

import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The table in force in the gate's memory. The engine alone writes it, and only while the gate is
 * not open; a reader tries again if it was written meanwhile.
 *
 * <pre>
 *   word 0   times written; odd while it is being written
 *   word 1   version
 *   word 2   1 if it has a replica order
 *   word 3…  layer × rank × slot: experts, 4 bytes each; then their replica order, as many
 * </pre>
 */
final class TableArea {
  private static final int WRITTEN = GateShape.TABLE;
  private static final int VERSION = WRITTEN + Long.BYTES;
  private static final int ORDERED = VERSION + Long.BYTES;
  private static final int HEADER_BYTES = 4 * Long.BYTES;

  private final GateMemory memory;
  private final GateShape shape;

  TableArea(GateMemory memory) {
    this.memory = memory;
    this.shape = memory.shape();
  }

  static long bytes(int layers, int slots) {
    return HEADER_BYTES + 2L * layers * slots * Integer.BYTES;
  }

  private IntBuffer row(int layer, boolean order) {
    int row = order ? shape.layers() + layer : layer;
    int bytes = shape.slots() * Integer.BYTES;
    ByteBuffer all = memory.bytes();
    return all.slice(GateShape.TABLE + HEADER_BYTES + row * bytes, bytes)
        .order(all.order())
        .asIntBuffer();
  }

  /** Returns the version; −1 before the first table. */
  long version() {
    return memory.get(WRITTEN) == 0 ? -1 : memory.get(VERSION);
  }

  /** Writes a whole table. */
  void write(ExpertTable table) {
    write(table, IntStream.range(0, shape.layers()).toArray());
  }

  /** Writes some layers of a table; the others are there already. */
  void write(ExpertTable table, int[] layers) {
    Placement placement = table.placement();
    boolean ordered = placement.hasReplicaOrder();
    if (ordered && memory.get(ORDERED) == 0 && layers.length < shape.layers()) {
      write(table); // The order of the other layers is not there yet.
      return;
    }
    long written = memory.get(WRITTEN) | 1;
    memory.set(WRITTEN, written);
    VarHandle.storeStoreFence(); // No reader sees a new row before this.
    int[] row = new int[shape.slots()];
    for (int layer : layers) {
      placement.copyLayer(layer, row, 0);
      row(layer, false).put(row);
      if (ordered) {
        placement.copyReplicaOrder(layer, row, 0);
        row(layer, true).put(row);
      }
    }
    memory.set(ORDERED, ordered ? 1 : 0);
    memory.set(VERSION, table.version());
    memory.set(WRITTEN, written + 1);
  }

  /** Reads the table; null if it is being written. */
  @Nullable ExpertTable read() {
    long written = memory.get(WRITTEN);
    if (written % 2 != 0 || written == 0) {
      return null;
    }
    long version = memory.get(VERSION);
    boolean ordered = memory.get(ORDERED) != 0;
    Placement.Builder placement =
        Placement.builder(shape.layers(), shape.ranks(), shape.slotsPerRank());
    int[] row = new int[shape.slots()];
    for (int layer = 0; layer < shape.layers(); layer++) {
      row(layer, false).get(row);
      placement.setLayer(layer, row, 0);
      if (ordered) {
        row(layer, true).get(row);
        placement.setReplicaOrder(layer, row, 0);
      }
    }
    VarHandle.loadLoadFence(); // The rows were read before this check.
    return memory.get(WRITTEN) == written
        ? ExpertTable.of(version, shape.experts(), placement.build())
        : null;
  }
}
