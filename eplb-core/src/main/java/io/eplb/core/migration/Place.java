package io.eplb.core.migration;

/**
 * A place for one expert's weights: a slot or a buffer of a rank, or the checkpoint.
 *
 * @param rank the rank; −1 for the checkpoint
 * @param buffer true for a buffer, false for a slot
 * @param index the number of the slot within rank and layer, or of the buffer within the rank
 */
public record Place(int rank, boolean buffer, int index) {
  /** The checkpoint of the model, of which every rank can load every expert. */
  public static final Place CHECKPOINT = new Place(-1, false, -1);

  /** Returns a slot of a rank. */
  public static Place slot(int rank, int slot) {
    return new Place(rank, false, slot);
  }

  /** Returns a buffer of a rank. */
  public static Place buffer(int rank, int buffer) {
    return new Place(rank, true, buffer);
  }

  @Override
  public String toString() {
    return rank < 0
        ? "the checkpoint"
        : "rank " + rank + (buffer ? ", buffer " : ", slot ") + index;
  }
}
