package io.eplb.server.planning;

import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import java.util.BitSet;

/** Counts the experts that ranks have to receive for a plan. */
final class MovedExperts {
  private MovedExperts() {}

  /**
   * Counts over all layers and ranks the experts that a rank holds after a plan and did not hold
   * before.
   *
   * @param before layers × slots experts, of as many layers; EMPTY where there is none
   * @param slotsBefore the slots of a layer and of a rank before
   * @param after the planned table
   * @param formerRanks for each rank after the number it had before, −1 for a new one
   */
  static long count(
      int[] before, AskShape.Slots slotsBefore, ExpertTable after, int[] formerRanks) {
    int total = Math.toIntExact(slotsBefore.total());
    int[] row = new int[after.physicalExperts()];
    BitSet known = new BitSet(after.experts());
    long moved = 0;
    for (int layer = 0; layer < after.layers(); layer++) {
      after.copyLayer(layer, row, 0);
      for (int rank = 0; rank < formerRanks.length; rank++) {
        known.clear();
        int from = layer * total + formerRanks[rank] * slotsBefore.perRank();
        for (int at = from; formerRanks[rank] >= 0 && at < from + slotsBefore.perRank(); at++) {
          if (before[at] != Placement.EMPTY) {
            known.set(before[at]);
          }
        }
        int end = (rank + 1) * after.slotsPerRank();
        for (int at = rank * after.slotsPerRank(); at < end; at++) {
          if (row[at] != Placement.EMPTY && !known.get(row[at])) {
            known.set(row[at]);
            moved++;
          }
        }
      }
    }
    return moved;
  }
}
