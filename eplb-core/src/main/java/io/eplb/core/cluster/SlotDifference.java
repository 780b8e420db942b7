package io.eplb.core.cluster;

/**
 * A slot in which two tables differ.
 *
 * @param layer of the slot
 * @param rank of the slot
 * @param slot within the rank
 * @param expert that the table in question holds there
 * @param reference the expert that the majority's table holds there, or without a majority that of
 *     most ranks
 */
public record SlotDifference(int layer, int rank, int slot, int expert, int reference) {
  @Override
  public String toString() {
    return "layer %d, rank %d, slot %d: expert %d, not %d"
        .formatted(layer, rank, slot, expert, reference);
  }
}
