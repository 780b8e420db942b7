package io.eplb.core.migration;

import io.eplb.api.EpTopology;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The rows on a layer's way from one row to another, with the promises of a {@link LayerMigration}.
 * Trusts its arguments.
 *
 * <p>A {@link ReplicaFlow} splits into matchings. In each matching a rank gains at most one expert
 * and loses as many replicas as it gains, and an expert is gained on one rank when it is lost on
 * another. A stage is as many matchings as a rank has buffers. The last stage also sets the order
 * of the slots within ranks.
 */
final class StageRows {
  private static final int VACANT = -2;

  private StageRows() {}

  /**
   * Finds the row after each stage; the last is {@code next}. There is none if the rows are equal.
   *
   * @param current the row in force
   * @param next the row to come
   * @param leaves per rank, whether it leaves
   * @param buffersPerRank the experts that a rank can gain in a stage, 1 or more
   */
  static List<int[]> of(
      int[] current, int[] next, boolean[] leaves, EpTopology topology, int buffersPerRank) {
    List<int[]> rows = new ArrayList<>();
    if (Arrays.equals(current, next)) {
      return rows;
    }
    ReplicaFlow flow = ReplicaFlow.of(current, next, leaves, topology);
    int stages = TransferOrder.roundedUp(flow.degree(), buffersPerRank);
    if (stages > 1) {
      int[] matching = flow.matchings(topology.ranks());
      int[] row = current;
      for (int stage = 0; stage < stages - 1; stage++) {
        row = row.clone();
        int from = stage * buffersPerRank;
        advance(row, next, topology.slotsPerRank(), flow, matching, from, from + buffersPerRank);
        rows.add(row);
      }
    }
    rows.add(next);
    return rows;
  }

  /** Carries out the matchings {@code [from, to)}, in any slots of their ranks. */
  private static void advance(
      int[] row, int[] next, int slots, ReplicaFlow flow, int[] matching, int from, int to) {
    int[] chosen = new int[flow.edges()];
    int count = 0;
    for (int edge = 0; edge < flow.edges(); edge++) {
      if (matching[edge] >= from && matching[edge] < to) {
        chosen[count++] = edge;
        vacate(row, next, flow.from(edge) * slots, flow.lost(edge));
      }
    }
    // Experts whose final slot is free go first, so that no other takes it.
    int homeless = 0;
    for (int index = 0; index < count; index++) {
      int edge = chosen[index];
      if (!settle(row, next, flow.to(edge) * slots, slots, flow.gained(edge))) {
        chosen[homeless++] = edge;
      }
    }
    for (int index = 0; index < homeless; index++) {
      int slot = flow.to(chosen[index]) * slots;
      while (row[slot] != VACANT) {
        slot++;
      }
      row[slot] = flow.gained(chosen[index]);
    }
  }

  /**
   * Takes an expert out of a slot that is not its final one; a rank that loses it has such a slot.
   */
  private static void vacate(int[] row, int[] next, int base, int expert) {
    int slot = base;
    while (row[slot] != expert || next[slot] == expert) {
      slot++;
    }
    row[slot] = VACANT;
  }

  private static boolean settle(int[] row, int[] next, int base, int slots, int expert) {
    for (int slot = base; slot < base + slots; slot++) {
      if (row[slot] == VACANT && next[slot] == expert) {
        row[slot] = expert;
        return true;
      }
    }
    return false;
  }
}
