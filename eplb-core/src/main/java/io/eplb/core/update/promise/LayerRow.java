package io.eplb.core.update.promise;

import io.eplb.api.EpTopology;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The row of one layer: the expert of each physical slot, and their replica order. Immutable. */
public final class LayerRow {
  private static final int HEADER_BYTES = Integer.BYTES + 1;

  private final int[] experts;
  private final int @Nullable [] replicaOrder;

  /**
   * Creates a row of one slot or more; the arrays are copied, and are equally long.
   *
   * @param experts per physical slot its expert, or {@link Placement#EMPTY}
   * @param replicaOrder per physical slot its key; null without an order
   */
  public LayerRow(int[] experts, int @Nullable [] replicaOrder) {
    this.experts = experts.clone();
    this.replicaOrder = replicaOrder == null ? null : replicaOrder.clone();
  }

  /** Returns the row of a layer of a placement. */
  public static LayerRow of(Placement placement, int layer) {
    int[] experts = new int[placement.physicalExperts()];
    placement.copyLayer(layer, experts, 0);
    int[] order = null;
    if (placement.hasReplicaOrder()) {
      order = new int[experts.length];
      placement.copyReplicaOrder(layer, order, 0);
    }
    return new LayerRow(experts, order);
  }

  /**
   * Reads a row from the bytes that {@link #toBytes} wrote.
   *
   * @throws InvalidInputException if they are no row
   */
  public static LayerRow fromBytes(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    if (bytes.length <= HEADER_BYTES) {
      throw new InvalidInputException(bytes.length + " bytes are no row of a layer; they are cut");
    }
    int slots = buffer.getInt();
    int columns = buffer.get();
    if (slots < 1 || slots > EpTopology.MAX_PHYSICAL_EXPERTS || columns < 1 || columns > 2) {
      throw new InvalidInputException(
          "%d slots in %d columns are no row of a layer; the bytes are damaged"
              .formatted(slots, columns));
    }
    int[] experts = PackedColumn.read(slots, buffer);
    int[] order = columns == 1 ? null : PackedColumn.read(slots, buffer);
    if (buffer.hasRemaining()) {
      throw new InvalidInputException(
          "a row of %d slots has %d bytes too many".formatted(slots, buffer.remaining()));
    }
    return new LayerRow(experts, order);
  }

  /**
   * Writes the row as bytes: the number of slots, 4 bytes; the number of columns, 1 byte; then the
   * experts and, if there is one, the replica order, each column as {@link PackedColumn} says. A
   * row of 16,384 slots with as many experts and places in the order takes less than 64 KB.
   */
  public byte[] toBytes() {
    int[] order = replicaOrder;
    ByteBuffer bytes =
        ByteBuffer.allocate(
            HEADER_BYTES
                + PackedColumn.size(experts)
                + (order == null ? 0 : PackedColumn.size(order)));
    bytes.putInt(experts.length).put((byte) (order == null ? 1 : 2));
    PackedColumn.write(experts, bytes);
    if (order != null) {
      PackedColumn.write(order, bytes);
    }
    return bytes.array();
  }

  /** Returns the number of physical slots. */
  public int slots() {
    return experts.length;
  }

  /** Returns the expert of a physical slot, or {@link Placement#EMPTY}. */
  public int expertAt(int physicalSlot) {
    return experts[physicalSlot];
  }

  /** Returns whether the row has a replica order. */
  public boolean hasReplicaOrder() {
    return replicaOrder != null;
  }

  /** Returns a copy of the experts. */
  public int[] experts() {
    return experts.clone();
  }

  /** Returns a copy of the replica order; null without one. */
  public int @Nullable [] replicaOrder() {
    int[] order = replicaOrder;
    return order == null ? null : order.clone();
  }

  /** Writes the row into a placement. */
  public void writeTo(Placement.Builder placement, int layer) {
    placement.setLayer(layer, experts, 0);
    int[] order = replicaOrder;
    if (order != null) {
      placement.setReplicaOrder(layer, order, 0);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LayerRow that
        && Arrays.equals(experts, that.experts)
        && Arrays.equals(replicaOrder, that.replicaOrder);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(experts) + Arrays.hashCode(replicaOrder);
  }

  @Override
  public String toString() {
    return "LayerRow[" + experts.length + " slots]";
  }
}
