package io.eplb.core.migration;

import io.eplb.api.EpTopology;
import io.eplb.api.Placement;
import java.util.Arrays;

/**
 * A lower bound of the rounds of a layer, for any sources and any stages: a rank has to receive
 * each expert that it does not hold, and the only holder of an expert has to send it once. A
 * leaving rank holds nothing that can be sent. Kernel: trusts its arguments.
 *
 * <p>For example, with one send and one receive at once, a rank that gains three experts needs
 * three rounds, and a rank that alone holds four experts wanted elsewhere needs four.
 */
final class RoundsBound {
  private static final int NONE = -1;
  private static final int SEVERAL = -2;

  private RoundsBound() {}

  /**
   * Computes the bound.
   *
   * @param current the row in force
   * @param next the row to come
   * @param leaves per rank, whether it leaves
   * @param moved the experts that each rank has to receive
   */
  static int of(
      int[] current,
      int[] next,
      boolean[] leaves,
      int[] moved,
      EpTopology topology,
      MigrationLimits limits) {
    int slots = topology.slotsPerRank();
    int[] onlyHolder = new int[topology.experts()];
    Arrays.fill(onlyHolder, NONE);
    for (int slot = 0; slot < current.length; slot++) {
      if (current[slot] == Placement.EMPTY || leaves[slot / slots]) {
        continue;
      }
      int holder = onlyHolder[current[slot]];
      onlyHolder[current[slot]] = holder == NONE || holder == slot / slots ? slot / slots : SEVERAL;
    }
    int[] mustSend = new int[topology.ranks()];
    for (int slot = 0; slot < next.length; slot++) {
      if (next[slot] == Placement.EMPTY) {
        continue;
      }
      int holder = onlyHolder[next[slot]];
      if (holder >= 0 && holder != slot / slots) {
        mustSend[holder]++;
        onlyHolder[next[slot]] = SEVERAL;
      }
    }
    int receives = Math.min(limits.receivesPerRank(), limits.buffersPerRank());
    int bound = 0;
    for (int rank = 0; rank < topology.ranks(); rank++) {
      bound = Math.max(bound, TransferOrder.roundedUp(mustSend[rank], limits.sendsPerRank()));
      bound = Math.max(bound, TransferOrder.roundedUp(moved[rank], receives));
    }
    return bound;
  }
}
