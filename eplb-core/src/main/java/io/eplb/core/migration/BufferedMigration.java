package io.eplb.core.migration;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.core.argument.Require;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The way of one layer from one row to another with all that arrives received into buffers first,
 * while the slots still serve, and then put in place at one instant. Immutable.
 *
 * <p>Senders are chosen as in a {@link MigrationPlan}. A rank receives what it will hold more often
 * than now, and nothing else: an expert that only changes its slot gets there by exchanges. An
 * exchange leaves in the buffer what was in the slot; if another slot of the rank waits for that,
 * the same buffer goes on to it, and so on. Slots that go around in a ring are turned through a
 * buffer whose content does not matter.
 */
public final class BufferedMigration {
  private static final int NONE = -1;

  private final List<WeightMove> receives;
  private final List<SlotExchange> exchanges;
  private final int[] buffers;

  private BufferedMigration(
      List<WeightMove> receives, List<SlotExchange> exchanges, int[] buffers) {
    this.receives = List.copyOf(receives);
    this.exchanges = List.copyOf(exchanges);
    this.buffers = buffers;
  }

  /**
   * Plans the moves of a layer.
   *
   * @param current the table in force
   * @param next the table to come
   * @param topology says which ranks share a node
   * @throws InvalidInputException if the tables and the topology have different shapes, or there is
   *     no such layer
   */
  public static BufferedMigration of(
      ExpertTable current, ExpertTable next, int layer, EpTopology topology) {
    MigrationPlan.requireShape("the current table", current, topology);
    MigrationPlan.requireShape("the next table", next, topology);
    int[] before = new int[topology.physicalExperts()];
    int[] after = new int[topology.physicalExperts()];
    current.copyLayer(layer, before, 0);
    next.copyLayer(layer, after, 0);
    return plan(before, after, topology);
  }

  private static BufferedMigration plan(int[] current, int[] next, EpTopology topology) {
    int slots = topology.slotsPerRank();
    byte[] kind = new byte[next.length];
    int[] source = new int[next.length];
    int[] sends = new int[topology.ranks()];
    SourceChoice.choose(current, next, topology, kind, source, sends, new int[topology.ranks()]);
    int[] heir = heirs(current, next, slots, topology.experts());
    boolean[] inherits = new boolean[next.length];
    for (int slot : heir) {
      if (slot != NONE) {
        inherits[slot] = true;
      }
    }
    List<WeightMove> receives = new ArrayList<>();
    List<SlotExchange> exchanges = new ArrayList<>();
    boolean[] placed = new boolean[next.length];
    int[] buffers = new int[topology.ranks()];
    for (int slot = 0; slot < next.length; slot++) {
      if (current[slot] != next[slot] && !inherits[slot]) {
        int from = kind[slot] == SourceChoice.FOLLOW ? source[source[slot]] : source[slot];
        int rank = slot / slots;
        int buffer = buffers[rank]++;
        receives.add(
            new WeightMove(
                next[slot],
                Place.slot(from / slots, from % slots),
                Place.buffer(rank, buffer),
                slot % slots));
        pass(slot, buffer, heir, slots, placed, exchanges);
      }
    }
    for (int slot = 0; slot < next.length; slot++) {
      if (current[slot] != next[slot] && !placed[slot]) {
        int rank = slot / slots;
        buffers[rank] = Math.max(buffers[rank], 1);
        pass(slot, 0, heir, slots, placed, exchanges);
        exchanges.add(new SlotExchange(rank, slot % slots, 0));
      }
    }
    return new BufferedMigration(receives, exchanges, buffers);
  }

  /** Puts a buffer's content in a slot, that slot's content in its heir, and so on. */
  private static void pass(
      int first,
      int buffer,
      int[] heir,
      int slots,
      boolean[] placed,
      List<SlotExchange> exchanges) {
    for (int slot = first; slot != NONE && !placed[slot]; slot = heir[slot]) {
      placed[slot] = true;
      exchanges.add(new SlotExchange(slot / slots, slot % slots, buffer));
    }
  }

  /**
   * Finds for each slot that changes the slot of the same rank that takes over its expert, if any;
   * of several, the lowest that no other slot has.
   */
  private static int[] heirs(int[] current, int[] next, int slots, int experts) {
    int[] heir = new int[next.length];
    int[] following = new int[next.length];
    int[] firstWanting = new int[experts];
    Arrays.fill(heir, NONE);
    Arrays.fill(firstWanting, NONE);
    for (int base = 0; base < next.length; base += slots) {
      for (int slot = base + slots - 1; slot >= base; slot--) {
        if (current[slot] != next[slot]) {
          following[slot] = firstWanting[next[slot]];
          firstWanting[next[slot]] = slot;
        }
      }
      for (int slot = base; slot < base + slots; slot++) {
        int wanting = firstWanting[current[slot]];
        if (current[slot] != next[slot] && wanting != NONE) {
          heir[slot] = wanting;
          firstWanting[current[slot]] = following[wanting];
        }
      }
      for (int slot = base; slot < base + slots; slot++) {
        firstWanting[next[slot]] = NONE;
      }
    }
    return heir;
  }

  /**
   * Returns the copies into buffers, by destination: each from a slot of the current table, which
   * may be of the same rank. They may run at the same time and in any order.
   */
  public List<WeightMove> receives() {
    return receives;
  }

  /**
   * Returns what changes places once everything has been received, in an order that holds for each
   * rank. In reverse order they undo themselves.
   */
  public List<SlotExchange> exchanges() {
    return exchanges;
  }

  /**
   * Returns how many buffers a rank needs; they are numbered from 0.
   *
   * @throws InvalidInputException if there is no such rank
   */
  public int buffers(int rank) {
    Require.index("rank", rank, buffers.length);
    return buffers[rank];
  }
}
