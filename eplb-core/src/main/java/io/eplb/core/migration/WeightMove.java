package io.eplb.core.migration;

/**
 * One copy of one expert's weights within a layer: a transfer if it crosses from rank to rank, a
 * reload if it comes from the checkpoint, else a copy inside a rank. The source keeps its content.
 *
 * @param expert the expert
 * @param source the place to read
 * @param destination the place to write
 * @param finalSlot the slot of the destination's rank in which the weights end, also if they wait
 *     in a buffer first
 */
public record WeightMove(int expert, Place source, Place destination, int finalSlot) {
  /** Returns whether the weights cross from one rank to another. */
  public boolean crossesRanks() {
    return source.rank() != destination.rank() && !isReload();
  }

  /** Returns whether the weights come from the checkpoint. */
  public boolean isReload() {
    return source.equals(Place.CHECKPOINT);
  }

  @Override
  public String toString() {
    return "expert " + expert + " from " + source + " to " + destination;
  }
}
