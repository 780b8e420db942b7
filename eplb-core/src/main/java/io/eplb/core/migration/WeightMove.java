package io.eplb.core.migration;

/**
 * One copy of one expert's weights within a layer: a transfer if it crosses from rank to rank, else
 * a copy inside a rank. The source keeps its content.
 *
 * @param expert whose weights
 * @param source where they are read
 * @param destination where they are written
 * @param finalSlot the slot of the destination's rank that they are for, also while they wait in a
 *     buffer
 */
public record WeightMove(int expert, Place source, Place destination, int finalSlot) {
  /** Returns whether the weights cross from one rank to another. */
  public boolean crossesRanks() {
    return source.rank() != destination.rank();
  }

  @Override
  public String toString() {
    return "expert " + expert + " from " + source + " to " + destination;
  }
}
