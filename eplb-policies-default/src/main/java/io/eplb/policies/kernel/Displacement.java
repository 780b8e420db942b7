package io.eplb.policies.kernel;

/**
 * The displacement of an expert by another. It is needed when every rank with room holds the other
 * already: a full rank takes that one, and gives one of its own experts to a rank with room.
 *
 * <p>Example: in {@code 1 2 | 0 . | 3 4} only rank 1 has room for another 0, but holds one. So 0
 * takes the slot of 1, 2, 3 or 4, which goes to rank 1. If all ranks can use equally many slots,
 * there is always such an expert: a full rank has more experts than one with room, so it has one
 * that the other lacks.
 */
public final class Displacement {
  private Displacement() {}

  /**
   * Finds the slot of a full rank whose expert should go to a rank with room, so that the higher of
   * both loads ÷ speeds is least afterwards; of equal ones the first.
   *
   * @param row ranks × slots experts, each rank's filled slots first
   * @param filled filled slots by rank, at most the usable ones
   * @param times load ÷ speed by rank
   * @param shares load of one replica by expert
   * @param expert what to place; every rank with room holds it
   * @param room the rank that receives the other expert
   * @return the slot that {@code expert} takes; −1 if there is none, which can happen only if some
   *     ranks have fewer usable slots than others
   */
  public static int slot(
      int[] row,
      RankCapacity capacity,
      int[] filled,
      double[] times,
      double[] shares,
      int expert,
      int room) {
    int roomFrom = room * capacity.slots;
    int roomTo = roomFrom + filled[room];
    double least = Double.POSITIVE_INFINITY;
    int best = -1;
    for (int rank = 0; rank < filled.length; rank++) {
      int from = rank * capacity.slots;
      int to = capacity.end(rank);
      if (filled[rank] < capacity.usable[rank] || LayerRow.holds(row, from, to, expert)) {
        continue;
      }
      for (int slot = from; slot < to; slot++) {
        double moved = shares[row[slot]];
        double here = times[rank] - moved * capacity.slowness[rank];
        double after =
            Math.max(
                times[room] + moved * capacity.slowness[room],
                here + shares[expert] * capacity.slowness[rank]);
        if (after < least && !LayerRow.holds(row, roomFrom, roomTo, row[slot])) {
          least = after;
          best = slot;
        }
      }
    }
    return best;
  }
}
