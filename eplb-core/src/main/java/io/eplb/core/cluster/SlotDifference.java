package io.eplb.core.cluster;

import io.eplb.api.Placement;

/**
 * A slot in which two tables differ.
 *
 * @param layer the layer of the slot
 * @param rank the rank of the slot
 * @param slot the slot within the rank
 * @param expert the expert there in the table in question, or EMPTY
 * @param reference the expert there in the majority's table, or without a majority in the table of
 *     most ranks
 */
public record SlotDifference(int layer, int rank, int slot, int expert, int reference) {
  @Override
  public String toString() {
    String difference =
        expert == Placement.EMPTY
            ? "EMPTY, not expert " + reference
            : "expert %d, not %s"
                .formatted(expert, reference == Placement.EMPTY ? "EMPTY" : reference);
    return "layer %d, rank %d, slot %d: %s".formatted(layer, rank, slot, difference);
  }
}
