package io.eplb.core.update.promise;

import io.eplb.api.ExpertTable;
import io.eplb.core.migration.Place;
import java.util.List;

/**
 * The part of one rank in the next row of a layer: copies of experts into buffers of the rank, then
 * exchanges of slots and buffers in this order. A rank whose slots do not change gets the row
 * alone. Example: the rank's slots hold experts 4, 5 and have to hold 4, 9:
 *
 * <pre>
 *   receives  expert 9 from rank 3, slot 1 → buffer 0
 *   exchanges slot 1 ↔ buffer 0          afterwards buffer 0 holds expert 5
 * </pre>
 *
 * @param epoch the epoch of the planner
 * @param number the number of the preparation within the epoch, the same on all ranks
 * @param layer the layer
 * @param row the layer's next row
 * @param receives copies into buffers, each into another one
 * @param exchanges the exchanges
 */
public record Preparation(
    long epoch,
    long number,
    int layer,
    LayerRow row,
    List<Receive> receives,
    List<Exchange> exchanges) {
  /** Copies the lists. */
  public Preparation {
    receives = List.copyOf(receives);
    exchanges = List.copyOf(exchanges);
  }

  /**
   * A copy of an expert into a buffer.
   *
   * @param expert the expert
   * @param source the slot that it is read from, or the checkpoint
   * @param buffer the buffer that it is written to
   */
  public record Receive(int expert, Place source, int buffer) {}

  /**
   * A slot and a buffer that change places.
   *
   * @param slot the slot
   * @param buffer the buffer
   */
  public record Exchange(int slot, int buffer) {}

  /**
   * Checks it against the shape of a table.
   *
   * @throws IllegalStateException if it does not fit
   */
  void requireFit(ExpertTable table) {
    if (layer < 0 || layer >= table.layers() || row.slots() != table.physicalExperts()) {
      throw new IllegalStateException(
          "%s has %d slots; the table has %d layers of %d"
              .formatted(this, row.slots(), table.layers(), table.physicalExperts()));
    }
    for (Exchange exchange : exchanges) {
      if (exchange.slot() < 0 || exchange.slot() >= table.slotsPerRank()) {
        throw new IllegalStateException(
            "%s exchanges slot %d; slots are 0 to %d"
                .formatted(this, exchange.slot(), table.slotsPerRank() - 1));
      }
    }
  }

  @Override
  public String toString() {
    return "preparation %d of epoch %d for layer %d".formatted(number, epoch, layer);
  }
}
