package io.eplb.core.migration;

import io.eplb.api.EpTopology;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.core.argument.Require;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The moves of one layer from one row to the next: weights are received into buffers, while the
 * slots still serve, and then put in place at one instant. Immutable.
 *
 * <p>A rank receives an expert only if it will hold it more often than now. An expert that only
 * changes its slot gets there by exchanges. An exchange leaves the slot's old content in the
 * buffer; if another slot of the rank waits for that, the same buffer is exchanged with it next,
 * and so on. Slots that form a ring are turned through a buffer with any content, and so are slots
 * that follow one that becomes EMPTY. Such a slot alone needs no exchange: its content is no longer
 * read.
 *
 * <p>For example, a rank holds experts {@code 0 1} and is to hold {@code 2 0}. It receives 2 into
 * its buffer 0. After the exchange with slot 0 the buffer holds 0; after that with slot 1 it holds
 * 1, which is no longer needed.
 */
public final class MigrationStage {
  private static final int NONE = -1;

  private final int[] row;
  private final int slots;
  private final MigrationLimits limits;
  private final List<WeightMove> receives;
  private final List<Chain> chains;
  private final int[] buffers;
  private final int[] moved;

  /**
   * Slots of a rank that hand their content on: the buffer's goes to the first slot, the first
   * slot's to the second, and so on; in a ring the last slot's goes to the first.
   */
  private record Chain(int rank, int buffer, List<Integer> slots, boolean ring) {}

  private MigrationStage(
      int[] row,
      int slots,
      MigrationLimits limits,
      List<WeightMove> receives,
      List<Chain> chains,
      int[] buffers,
      int[] moved) {
    this.row = row;
    this.slots = slots;
    this.limits = limits;
    this.receives = List.copyOf(receives);
    this.chains = List.copyOf(chains);
    this.buffers = buffers;
    this.moved = moved;
  }

  /**
   * Plans the moves between two rows.
   *
   * @param next the row to come; it is kept, so the caller must not change it
   * @param wishes the rank to read, per slot; −1, or null for all, without a wish
   * @param leaves per rank, whether it leaves: nothing is read from it
   */
  static MigrationStage of(
      int[] current,
      int[] next,
      int @Nullable [] wishes,
      boolean[] leaves,
      EpTopology topology,
      MigrationLimits limits) {
    int slots = topology.slotsPerRank();
    int[] moved = new int[topology.ranks()];
    int[] source = SourceChoice.choose(current, next, topology, wishes, leaves, moved);
    int[] heir = heirs(current, next, slots, topology.experts());
    boolean[] inherits = new boolean[next.length];
    for (int slot : heir) {
      if (slot != NONE) {
        inherits[slot] = true;
      }
    }
    List<WeightMove> receives = new ArrayList<>();
    List<WeightMove> transfers = new ArrayList<>();
    List<Chain> chains = new ArrayList<>();
    boolean[] placed = new boolean[next.length];
    int[] buffers = new int[topology.ranks()];
    for (int slot = 0; slot < next.length; slot++) {
      if (current[slot] != next[slot] && next[slot] != Placement.EMPTY && !inherits[slot]) {
        int from = source[slot];
        int rank = slot / slots;
        int buffer = buffers[rank]++;
        WeightMove receive =
            new WeightMove(
                next[slot],
                from == SourceChoice.CHECKPOINT
                    ? Place.CHECKPOINT
                    : Place.slot(from / slots, from % slots),
                Place.buffer(rank, buffer),
                slot % slots);
        (receive.crossesRanks() || receive.isReload() ? transfers : receives).add(receive);
        chains.add(chain(slot, buffer, heir, slots, placed, false));
      }
    }
    for (int slot = 0; slot < next.length; slot++) {
      if (next[slot] == Placement.EMPTY && heir[slot] != NONE) {
        buffers[slot / slots] = Math.max(buffers[slot / slots], 1);
        chains.add(chain(slot, 0, heir, slots, placed, false));
      }
    }
    for (int slot = 0; slot < next.length; slot++) {
      if (current[slot] != next[slot] && next[slot] != Placement.EMPTY && !placed[slot]) {
        buffers[slot / slots] = Math.max(buffers[slot / slots], 1);
        chains.add(chain(slot, 0, heir, slots, placed, true));
      }
    }
    receives.addAll(inOrder(transfers, topology.ranks(), limits));
    return new MigrationStage(next, slots, limits, receives, chains, buffers, moved);
  }

  private static Chain chain(
      int first, int buffer, int[] heir, int slots, boolean[] placed, boolean ring) {
    List<Integer> chain = new ArrayList<>();
    for (int slot = first; slot != NONE && !placed[slot]; slot = heir[slot]) {
      placed[slot] = true;
      chain.add(slot % slots);
    }
    return new Chain(first / slots, buffer, chain, ring);
  }

  /** Sorts transfers by their round, then as they are. */
  private static List<WeightMove> inOrder(
      List<WeightMove> transfers, int ranks, MigrationLimits limits) {
    int[] from = transfers.stream().mapToInt(transfer -> transfer.source().rank()).toArray();
    int[] to = transfers.stream().mapToInt(transfer -> transfer.destination().rank()).toArray();
    int[] round = TransferOrder.rounds(ranks, from, to, limits);
    return IntStream.range(0, round.length)
        .boxed()
        .sorted(Comparator.comparingInt(index -> round[index]))
        .map(transfers::get)
        .toList();
  }

  /**
   * Finds for each changing slot the slot of the same rank that takes over its expert, if there is
   * one; of several, the lowest that is still free.
   */
  private static int[] heirs(int[] current, int[] next, int slots, int experts) {
    int[] heir = new int[next.length];
    int[] following = new int[next.length];
    int[] firstWanting = new int[experts];
    Arrays.fill(heir, NONE);
    Arrays.fill(firstWanting, NONE);
    for (int base = 0; base < next.length; base += slots) {
      for (int slot = base + slots - 1; slot >= base; slot--) {
        if (current[slot] != next[slot] && next[slot] != Placement.EMPTY) {
          following[slot] = firstWanting[next[slot]];
          firstWanting[next[slot]] = slot;
        }
      }
      for (int slot = base; slot < base + slots; slot++) {
        if (current[slot] == next[slot] || current[slot] == Placement.EMPTY) {
          continue;
        }
        int wanting = firstWanting[current[slot]];
        if (wanting != NONE) {
          heir[slot] = wanting;
          firstWanting[current[slot]] = following[wanting];
        }
      }
      for (int slot = base; slot < base + slots; slot++) {
        if (next[slot] != Placement.EMPTY) {
          firstWanting[next[slot]] = NONE;
        }
      }
    }
    return heir;
  }

  /**
   * Returns the copies into buffers, each from a slot of the row before or from the checkpoint, in
   * the order of their start. Copies inside a rank come first; the limits do not count them. The
   * others start as the limits allow and may end in any order.
   */
  public List<WeightMove> receives() {
    return receives;
  }

  /**
   * Returns the transfers from rank to rank and the reloads, round by round: first the transfers of
   * {@link #receives} that may start at once, then those that may start when these have ended, and
   * so on. No order of the same transfers has fewer rounds. Computed at each call.
   */
  public List<List<WeightMove>> rounds() {
    List<List<WeightMove>> rounds = new ArrayList<>();
    List<WeightMove> waiting =
        receives.stream().filter(move -> move.crossesRanks() || move.isReload()).toList();
    while (!waiting.isEmpty()) {
      int[] sending = new int[buffers.length];
      int[] receiving = new int[buffers.length];
      List<WeightMove> round = new ArrayList<>();
      List<WeightMove> later = new ArrayList<>();
      for (WeightMove transfer : waiting) {
        int source = transfer.source().rank();
        int destination = transfer.destination().rank();
        boolean reload = transfer.isReload();
        if ((reload || sending[source] < limits.sendsPerRank())
            && receiving[destination] < limits.receivesPerRank()) {
          if (!reload) {
            sending[source]++;
          }
          receiving[destination]++;
          round.add(transfer);
        } else {
          later.add(transfer);
        }
      }
      rounds.add(round);
      waiting = later;
    }
    return rounds;
  }

  /**
   * Returns the exchanges of slots and buffers that follow the last receive, in an order that binds
   * each rank. In reverse order they undo themselves.
   */
  public List<SlotExchange> exchanges() {
    List<SlotExchange> exchanges = new ArrayList<>();
    for (Chain chain : chains) {
      for (int slot : chain.slots) {
        exchanges.add(new SlotExchange(chain.rank, slot, chain.buffer));
      }
      if (chain.ring) {
        exchanges.add(new SlotExchange(chain.rank, chain.slots.get(0), chain.buffer));
      }
    }
    return exchanges;
  }

  /**
   * Returns the copies inside ranks that fill the same slots as the {@link #exchanges}, in an order
   * that binds each rank. They are for a reader of the plan and for an engine without exchanges.
   */
  public List<WeightMove> copies() {
    List<WeightMove> copies = new ArrayList<>();
    for (Chain chain : chains) {
      Place buffer = Place.buffer(chain.rank, chain.buffer);
      int first = chain.slots.get(0);
      int last = chain.slots.size() - 1;
      if (chain.ring) {
        copies.add(copy(Place.slot(chain.rank, chain.slots.get(last)), buffer, first));
      }
      for (int at = last; at > 0; at--) {
        int slot = chain.slots.get(at);
        copies.add(
            copy(
                Place.slot(chain.rank, chain.slots.get(at - 1)),
                Place.slot(chain.rank, slot),
                slot));
      }
      if (row[chain.rank * slots + first] != Placement.EMPTY) {
        copies.add(copy(buffer, Place.slot(chain.rank, first), first));
      }
    }
    return copies;
  }

  private WeightMove copy(Place source, Place destination, int finalSlot) {
    return new WeightMove(
        row[destination.rank() * slots + finalSlot], source, destination, finalSlot);
  }

  /**
   * Returns the number of buffers that a rank needs; they are numbered from 0.
   *
   * @throws InvalidInputException if there is no such rank
   */
  public int buffers(int rank) {
    Require.index("rank", rank, buffers.length);
    return buffers[rank];
  }

  /**
   * Returns the number of experts moved to a rank: it holds them after and not before.
   *
   * @throws InvalidInputException if there is no such rank
   */
  public int expertsMovedTo(int rank) {
    Require.index("rank", rank, moved.length);
    return moved[rank];
  }

  /** Returns the row that this leads to: ranks × slots experts. */
  public int[] row() {
    return row.clone();
  }
}
