package io.eplb.core.update.promise;

import io.eplb.api.Placement;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The row of one layer: the expert of each physical slot, and their replica order. Immutable. */
public final class LayerRow {
  private final int[] experts;
  private final int @Nullable [] replicaOrder;

  /**
   * Creates a row; the arrays are copied.
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
