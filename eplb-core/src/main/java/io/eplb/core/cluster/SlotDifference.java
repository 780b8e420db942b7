package io.eplb.core.cluster;

/**
 * A slot in which two tables differ.
 *
 * @param layer the layer of the slot
 * @param rank the rank of the slot
 * @param slot the slot within the rank
 * @param expert the expert there in the table in question
 * @param reference the expert there in the majority's table, or without a majority in the table of
 *     most ranks
 */
public record SlotDifference(int layer, int rank, int slot, int expert, int reference) {
  @Override
  public String toString() {
    return "layer %d, rank %d, slot %d: expert %d, not %d"
        .formatted(layer, rank, slot, expert, reference);
  }
}
