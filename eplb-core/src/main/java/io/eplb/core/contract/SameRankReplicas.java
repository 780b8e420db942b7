package io.eplb.core.contract;

import io.eplb.api.ExpertTable;
import java.util.Arrays;

/** Counts replicas that share a rank with another replica of their expert. */
public final class SameRankReplicas {
  private final int[] stamps;
  private int stamp;

  SameRankReplicas(int experts) {
    stamps = new int[experts];
  }

  /** Counts them over all layers of a table. */
  public static long count(ExpertTable table) {
    SameRankReplicas counter = new SameRankReplicas(table.experts());
    int[] row = new int[table.physicalExperts()];
    long surplus = 0;
    for (int layer = 0; layer < table.layers(); layer++) {
      table.copyLayer(layer, row, 0);
      surplus += counter.surplus(row, table.slotsPerRank());
    }
    return surplus;
  }

  /**
   * Returns how many replicas of a layer are surplus: per rank, its slots less the different
   * experts in them.
   *
   * @param row ranks × slots, every id in range
   */
  int surplus(int[] row, int slotsPerRank) {
    int surplus = 0;
    for (int from = 0; from < row.length; from += slotsPerRank) {
      if (stamp == Integer.MAX_VALUE) {
        Arrays.fill(stamps, 0);
        stamp = 0;
      }
      stamp++;
      for (int slot = from; slot < from + slotsPerRank; slot++) {
        if (stamps[row[slot]] == stamp) {
          surplus++;
        }
        stamps[row[slot]] = stamp;
      }
    }
    return surplus;
  }
}
