package io.eplb.core.migration;

import io.eplb.api.EpTopology;
import java.util.Arrays;

/**
 * Decides where each slot of a layer whose expert changes gets the new one from.
 *
 * <p>Of a rank's slots that want one expert, a copy inside the rank serves all if the rank holds it
 * already; else the first of them receives it and the others copy it from there. A sender is looked
 * for on the same node, then elsewhere; of several, the one that sends the least so far, then a
 * slot that keeps its expert (nothing waits for it to be read), then the lowest slot. Slots choose
 * in the order of how few senders they have, then by number.
 */
final class SourceChoice {
  /** The slot keeps its expert. */
  static final byte STAYS = 0;

  /** The source is a slot of another rank, as it is in the current table. */
  static final byte TRANSFER = 1;

  /** The source is a slot of the same rank, as it is in the current table. */
  static final byte COPY = 2;

  /** The source is a slot of the same rank, once it has received the expert. */
  static final byte FOLLOW = 3;

  private SourceChoice() {}

  /**
   * Chooses all sources of one layer.
   *
   * @param current the row in force, ranks × slots, every expert placed
   * @param next the row to come, likewise
   * @param kind receives one of the constants per slot
   * @param source receives the physical slot to read per slot, its own where it stays
   * @param sends receives the transfers that each rank sends
   * @param receives receives the transfers that each rank receives
   */
  static void choose(
      int[] current,
      int[] next,
      EpTopology topology,
      byte[] kind,
      int[] source,
      int[] sends,
      int[] receives) {
    int slots = topology.slotsPerRank();
    Holders holders = Holders.of(current, next, topology.experts());
    Arrays.fill(sends, 0);
    Arrays.fill(receives, 0);
    long[] order = new long[next.length];
    int transfers = 0;
    int[] localSlot = new int[topology.experts()];
    int[] firstWanted = new int[topology.experts()];
    Arrays.fill(localSlot, -1);
    Arrays.fill(firstWanted, -1);
    for (int from = 0; from < next.length; from += slots) {
      indexRank(current, next, from, from + slots, localSlot);
      for (int slot = from; slot < from + slots; slot++) {
        int expert = next[slot];
        if (current[slot] == expert) {
          kind[slot] = STAYS;
          source[slot] = slot;
        } else if (localSlot[expert] >= 0) {
          kind[slot] = COPY;
          source[slot] = localSlot[expert];
        } else if (firstWanted[expert] >= 0) {
          kind[slot] = FOLLOW;
          source[slot] = firstWanted[expert];
        } else {
          kind[slot] = TRANSFER;
          firstWanted[expert] = slot;
          receives[from / slots]++;
          order[transfers++] = ((long) holders.count(expert) << 32) | slot;
        }
      }
      for (int slot = from; slot < from + slots; slot++) {
        localSlot[current[slot]] = -1;
        firstWanted[next[slot]] = -1;
      }
    }
    Arrays.sort(order, 0, transfers);
    int ranksPerNode = topology.ranksPerNode();
    for (int index = 0; index < transfers; index++) {
      int slot = (int) order[index];
      int best = holders.best(next[slot], slot / slots / ranksPerNode, slots, ranksPerNode, sends);
      source[slot] = best;
      sends[best / slots]++;
    }
  }

  /** Finds for each expert of a rank the slot to copy it from: one that stays, else the lowest. */
  private static void indexRank(int[] current, int[] next, int from, int to, int[] localSlot) {
    for (int slot = from; slot < to; slot++) {
      int known = localSlot[current[slot]];
      boolean stays = current[slot] == next[slot];
      if (known < 0 || (stays && current[known] != next[known])) {
        localSlot[current[slot]] = slot;
      }
    }
  }
}
