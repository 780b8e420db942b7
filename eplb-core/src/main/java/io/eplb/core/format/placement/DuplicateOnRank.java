package io.eplb.core.format.placement;

import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;

/** The check of formats that cannot hold two replicas of one expert on one rank. */
final class DuplicateOnRank {
  private DuplicateOnRank() {}

  static void refuse(ExpertTable table, String format) {
    int[] row = new int[table.physicalExperts()];
    int[] lastRank = new int[table.experts()];
    int stamp = 0;
    for (int layer = 0; layer < table.layers(); layer++) {
      table.copyLayer(layer, row, 0);
      for (int slot = 0; slot < row.length; slot++) {
        stamp += slot % table.slotsPerRank() == 0 ? 1 : 0;
        if (row[slot] == Placement.EMPTY) {
          continue;
        }
        if (lastRank[row[slot]] == stamp) {
          throw new InvalidInputException(
              ("layer %s, rank %s holds expert %s twice; %s holds an expert once per rank: take"
                      + " fewer redundant experts, another policy, or a format that lists slots,"
                      + " such as sglang")
                  .formatted(layer, slot / table.slotsPerRank(), row[slot], format));
        }
        lastRank[row[slot]] = stamp;
      }
    }
  }
}
