package io.eplb.core.migration;

import io.eplb.api.EpTopology;
import java.util.Arrays;

/**
 * The fewest rounds that a layer could need, whichever current slots the transfers read: a rank has
 * to receive what it does not hold; a rank that alone holds an expert has to send it to all who
 * want it; and those who hold anything wanted have to send all of it together.
 */
final class RoundsBound {
  private static final int NOBODY = -1;
  private static final int SEVERAL = -2;

  private RoundsBound() {}

  /**
   * Computes the bound.
   *
   * @param current the row in force
   * @param next the row to come
   * @param kind what {@link SourceChoice} says of each slot
   * @param receives the transfers that each rank receives
   */
  static int of(
      int[] current,
      int[] next,
      byte[] kind,
      int[] receives,
      EpTopology topology,
      MigrationLimits limits) {
    int slots = topology.slotsPerRank();
    boolean[] wanted = new boolean[topology.experts()];
    long transfers = 0;
    for (int slot = 0; slot < next.length; slot++) {
      if (kind[slot] == SourceChoice.TRANSFER) {
        wanted[next[slot]] = true;
        transfers++;
      }
    }
    int[] onlyHolder = new int[topology.experts()];
    Arrays.fill(onlyHolder, NOBODY);
    boolean[] holdsWanted = new boolean[topology.ranks()];
    long senders = 0;
    for (int slot = 0; slot < current.length; slot++) {
      int expert = current[slot];
      int rank = slot / slots;
      onlyHolder[expert] =
          onlyHolder[expert] == NOBODY || onlyHolder[expert] == rank ? rank : SEVERAL;
      if (wanted[expert] && !holdsWanted[rank]) {
        holdsWanted[rank] = true;
        senders++;
      }
    }
    long bound = transfers == 0 ? 0 : roundedUp(transfers, senders * limits.sendsPerRank());
    int[] mustSend = new int[topology.ranks()];
    for (int slot = 0; slot < next.length; slot++) {
      if (kind[slot] == SourceChoice.TRANSFER && onlyHolder[next[slot]] >= 0) {
        mustSend[onlyHolder[next[slot]]]++;
      }
    }
    for (int rank = 0; rank < topology.ranks(); rank++) {
      bound = Math.max(bound, roundedUp(mustSend[rank], limits.sendsPerRank()));
      bound = Math.max(bound, roundedUp(receives[rank], limits.receivesPerRank()));
    }
    return (int) bound;
  }

  static long roundedUp(long dividend, long divisor) {
    return (dividend + divisor - 1) / divisor;
  }
}
