package io.eplb.core.migration;

import io.eplb.api.EpTopology;
import io.eplb.api.Placement;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the slot from which each slot of a layer gets its new expert. Kernel: trusts its
 * arguments.
 *
 * <p>The own rank comes first, then the wanted rank if it holds the expert, then the own node, then
 * all others, and the checkpoint where no other rank can give the expert: leaving ranks give
 * nothing. Of several ranks the one with the fewest sends so far is chosen, of several slots the
 * lowest. Slots whose expert has the fewest holders choose first; of equals, the lowest slot.
 */
final class SourceChoice {
  /** In place of a slot: the expert comes from the checkpoint. */
  static final int CHECKPOINT = -1;

  private static final int NONE = -1;

  private SourceChoice() {}

  /**
   * Chooses all sources of one layer.
   *
   * @param current the row in force, ranks × slots, every expert placed
   * @param next the row to come, likewise
   * @param wishes the rank to read, per slot of {@code next}; −1, or null for all, without a wish
   * @param leaves per rank, whether it leaves
   * @param moved receives, per rank, the experts that it does not hold and is to hold
   * @return the slot to read, per slot, or {@link #CHECKPOINT}; its own where its expert stays and
   *     where it becomes EMPTY
   */
  static int[] choose(
      int[] current,
      int[] next,
      EpTopology topology,
      int @Nullable [] wishes,
      boolean[] leaves,
      int[] moved) {
    int slots = topology.slotsPerRank();
    int[] firstHolder = new int[topology.experts()];
    int[] nextHolder = new int[current.length];
    int[] holders = new int[topology.experts()];
    Arrays.fill(firstHolder, NONE);
    for (int slot = current.length - 1; slot >= 0; slot--) {
      int expert = current[slot];
      if (expert == Placement.EMPTY || leaves[slot / slots]) {
        continue;
      }
      nextHolder[slot] = firstHolder[expert];
      firstHolder[expert] = slot;
      holders[expert]++;
    }
    int[] source = new int[next.length];
    int[] held = new int[topology.experts()];
    int[] wanted = new int[topology.experts()];
    Arrays.fill(held, NONE);
    Arrays.fill(wanted, NONE);
    Arrays.fill(moved, 0);
    long[] order = new long[next.length];
    int transfers = 0;
    // Entries of earlier ranks in held and wanted are below the base of this rank.
    for (int base = 0; base < next.length; base += slots) {
      for (int slot = base + slots - 1; slot >= base; slot--) {
        if (current[slot] != Placement.EMPTY) {
          held[current[slot]] = slot;
        }
      }
      for (int slot = base; slot < base + slots; slot++) {
        int expert = next[slot];
        if (current[slot] == expert || expert == Placement.EMPTY) {
          source[slot] = slot;
        } else if (held[expert] >= base) {
          source[slot] = held[expert];
        } else {
          order[transfers++] = ((long) holders[expert] << Integer.SIZE) | slot;
          moved[base / slots] += wanted[expert] < base ? 1 : 0;
          wanted[expert] = slot;
        }
      }
    }
    Arrays.sort(order, 0, transfers);
    int[] sends = new int[topology.ranks()];
    int slotsPerNode = slots * topology.ranksPerNode();
    for (int index = 0; index < transfers; index++) {
      int slot = (int) order[index];
      int best = wished(slot, current, next, slots, wishes, leaves);
      if (best == NONE) {
        best = firstHolder[next[slot]];
        for (int other = best; other != NONE; other = nextHolder[other]) {
          boolean near = other / slotsPerNode == slot / slotsPerNode;
          boolean bestIsNear = best / slotsPerNode == slot / slotsPerNode;
          if (near == bestIsNear ? sends[other / slots] < sends[best / slots] : near) {
            best = other;
          }
        }
      }
      if (best == NONE) {
        source[slot] = CHECKPOINT;
      } else {
        source[slot] = best;
        sends[best / slots]++;
      }
    }
    return source;
  }

  /**
   * Returns the lowest slot of the wanted rank that holds the expert of a slot to come, or NONE.
   */
  private static int wished(
      int slot, int[] current, int[] next, int slots, int @Nullable [] wishes, boolean[] leaves) {
    if (wishes == null || wishes[slot] == NONE || leaves[wishes[slot]]) {
      return NONE;
    }
    for (int from = wishes[slot] * slots; from < (wishes[slot] + 1) * slots; from++) {
      if (current[from] == next[slot]) {
        return from;
      }
    }
    return NONE;
  }
}
