package io.eplb.core.migration;

import io.eplb.api.EpTopology;
import io.eplb.api.InternalException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Puts the moves of one layer in order, round by round.
 *
 * <p>A round takes transfers for as long as the caps allow: first those whose sender or receiver
 * has the most rounds left to go, then those that can be written straight into their slot, then by
 * slot. One whose slot still has a reader goes into a buffer of its rank, if one is free. After the
 * transfers everything that has become possible inside the ranks is copied: experts out of buffers,
 * and copies whose slot has no reader any more. Used once, by one thread.
 */
final class LayerPlanner {
  private static final int NONE = -1;

  private final int layer;
  private final int[] next;
  private final int slots;
  private final MigrationLimits limits;
  private final byte[] kind;
  private final int[] source;

  /** Per slot, how many moves still have to read the current table's expert there. */
  private final int[] readers;

  /** Per slot, the buffer in which its new expert waits, or none. */
  private final int[] bufferOf;

  private final boolean[] done;

  /** Per slot, the first slot that copies its new expert, and the next one beside that. */
  private final int[] firstFollower;

  private final int[] nextFollower;

  /** Per rank and buffer, whether it is taken. */
  private final boolean[][] bufferTaken;

  /** What each rank still has to send and to receive. */
  private final int[] sends;

  private final int[] receives;
  private final int roundsLowerBound;
  private final ArrayDeque<Integer> possible = new ArrayDeque<>();
  private final List<WeightMove> copies = new ArrayList<>();

  /** The slots that wait for a transfer. */
  private final int[] waiting;

  private int waitingCount;

  private LayerPlanner(
      int layer, int[] current, int[] next, EpTopology topology, MigrationLimits limits) {
    this.layer = layer;
    this.next = next;
    this.slots = topology.slotsPerRank();
    this.limits = limits;
    this.kind = new byte[next.length];
    this.source = new int[next.length];
    this.sends = new int[topology.ranks()];
    this.receives = new int[topology.ranks()];
    SourceChoice.choose(current, next, topology, kind, source, sends, receives);
    this.roundsLowerBound = RoundsBound.of(current, next, kind, receives, topology, limits);
    this.readers = new int[next.length];
    this.bufferOf = new int[next.length];
    this.done = new boolean[next.length];
    this.firstFollower = new int[next.length];
    this.nextFollower = new int[next.length];
    // A rank never fills more buffers than it has slots.
    this.bufferTaken = new boolean[topology.ranks()][Math.min(limits.buffersPerRank(), slots)];
    this.waiting = new int[next.length];
    Arrays.fill(bufferOf, NONE);
    Arrays.fill(firstFollower, NONE);
    for (int slot = next.length - 1; slot >= 0; slot--) {
      if (kind[slot] == SourceChoice.FOLLOW) {
        nextFollower[slot] = firstFollower[source[slot]];
        firstFollower[source[slot]] = slot;
      } else if (kind[slot] != SourceChoice.STAYS) {
        readers[source[slot]]++;
      }
    }
    for (int slot = 0; slot < next.length; slot++) {
      if (kind[slot] == SourceChoice.TRANSFER) {
        waiting[waitingCount++] = slot;
      } else if (kind[slot] == SourceChoice.COPY) {
        possible.add(slot);
      }
    }
  }

  /** Plans one layer. */
  static LayerMigration plan(
      int layer, int[] current, int[] next, EpTopology topology, MigrationLimits limits) {
    return new LayerPlanner(layer, current, next, topology, limits).plan();
  }

  private LayerMigration plan() {
    copyWhatIsPossible();
    if (waitingCount == 0) {
      breakCyclesInsideRanks();
    }
    List<WeightMove> copiesBefore = takeCopies();
    List<MigrationRound> rounds = new ArrayList<>();
    while (waitingCount > 0) {
      List<WeightMove> transfers = nextTransfers();
      if (transfers.isEmpty()) {
        throw new InternalException(
            "layer " + layer + ": no transfer is possible; one buffer per rank should be enough");
      }
      copyWhatIsPossible();
      if (waitingCount == 0) {
        breakCyclesInsideRanks();
      }
      rounds.add(new MigrationRound(transfers, takeCopies()));
    }
    return new LayerMigration(layer, copiesBefore, rounds, roundsLowerBound);
  }

  private List<WeightMove> takeCopies() {
    List<WeightMove> taken = List.copyOf(copies);
    copies.clear();
    return taken;
  }

  /** Chooses the transfers of a round, all on the state before it, and then carries them out. */
  private List<WeightMove> nextTransfers() {
    long[] order = new long[waitingCount];
    for (int index = 0; index < waitingCount; index++) {
      int slot = waiting[index];
      long roundsLeft =
          Math.max(
              RoundsBound.roundedUp(sends[rank(source[slot])], limits.sendsPerRank()),
              RoundsBound.roundedUp(receives[rank(slot)], limits.receivesPerRank()));
      long buffered = readers[slot] == 0 ? 0 : 1;
      order[index] = ((Integer.MAX_VALUE - roundsLeft) << 32) | (buffered << 31) | slot;
    }
    Arrays.sort(order);
    int[] sending = new int[sends.length];
    int[] receiving = new int[receives.length];
    boolean[] chosen = new boolean[next.length];
    List<WeightMove> transfers = new ArrayList<>();
    for (long key : order) {
      int slot = (int) (key & Integer.MAX_VALUE);
      int sender = rank(source[slot]);
      int receiver = rank(slot);
      if (sending[sender] == limits.sendsPerRank()
          || receiving[receiver] == limits.receivesPerRank()) {
        continue;
      }
      if (readers[slot] > 0 && !takeBuffer(slot)) {
        continue;
      }
      sending[sender]++;
      receiving[receiver]++;
      chosen[slot] = true;
      transfers.add(fill(slot));
    }
    finish(chosen);
    return transfers;
  }

  private void finish(boolean[] chosen) {
    int kept = 0;
    for (int index = 0; index < waitingCount; index++) {
      int slot = waiting[index];
      if (!chosen[slot]) {
        waiting[kept++] = slot;
        continue;
      }
      sends[rank(source[slot])]--;
      receives[rank(slot)]--;
      if (bufferOf[slot] == NONE) {
        markDone(slot);
      }
      release(source[slot]);
    }
    waitingCount = kept;
  }

  private void copyWhatIsPossible() {
    for (Integer slot = possible.poll(); slot != null; slot = possible.poll()) {
      if (!done[slot] && readers[slot] == 0) {
        copy(slot);
      }
    }
  }

  /** Copies a slot's new expert into it, if it is on the rank by now. */
  private void copy(int slot) {
    if (bufferOf[slot] != NONE) {
      int rank = rank(slot);
      copies.add(
          new WeightMove(next[slot], Place.buffer(rank, bufferOf[slot]), slot(slot), slot % slots));
      bufferTaken[rank][bufferOf[slot]] = false;
      bufferOf[slot] = NONE;
      markDone(slot);
    } else if (kind[slot] == SourceChoice.COPY) {
      copies.add(fill(slot));
      markDone(slot);
      release(source[slot]);
    } else if (kind[slot] == SourceChoice.FOLLOW && done[source[slot]]) {
      copies.add(fill(slot));
      markDone(slot);
    }
  }

  /**
   * Frees the slots of cycles that lie within ranks, one buffer at a time. Without transfers to
   * come all buffers are free whenever copying has got stuck.
   */
  private void breakCyclesInsideRanks() {
    for (int slot = 0; slot < next.length; slot++) {
      if (kind[slot] == SourceChoice.COPY && !done[slot]) {
        if (!takeBuffer(slot)) {
          throw new InternalException(
              "layer " + layer + ": no buffer is free on rank " + rank(slot) + "; all should be");
        }
        copies.add(fill(slot));
        release(source[slot]);
        copyWhatIsPossible();
      }
    }
  }

  private void markDone(int slot) {
    done[slot] = true;
    for (int follower = firstFollower[slot]; follower != NONE; follower = nextFollower[follower]) {
      possible.add(follower);
    }
  }

  /** Takes note that one move has read a slot's old expert. */
  private void release(int slot) {
    if (--readers[slot] == 0) {
      possible.add(slot);
    }
  }

  private boolean takeBuffer(int slot) {
    boolean[] taken = bufferTaken[rank(slot)];
    for (int buffer = 0; buffer < taken.length; buffer++) {
      if (!taken[buffer]) {
        taken[buffer] = true;
        bufferOf[slot] = buffer;
        return true;
      }
    }
    return false;
  }

  /** Reads a slot's new expert into the buffer that was taken for it, else into the slot. */
  private WeightMove fill(int slot) {
    Place destination =
        bufferOf[slot] == NONE ? slot(slot) : Place.buffer(rank(slot), bufferOf[slot]);
    return new WeightMove(next[slot], slot(source[slot]), destination, slot % slots);
  }

  private Place slot(int slot) {
    return Place.slot(rank(slot), slot % slots);
  }

  private int rank(int slot) {
    return slot / slots;
  }
}
