package io.eplb.core.update.promise;

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

  @Override
  public String toString() {
    return "preparation %d of epoch %d for layer %d".formatted(number, epoch, layer);
  }
}
